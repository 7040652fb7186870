import { defineCommand } from "../src/conversation/command.ts";
import { serverWord } from "../src/conversation/server-word.ts";
import { nearest } from "../src/core/nearest.ts";
import { UserError } from "../src/core/user-error.ts";
import type { View } from "../src/core/view.ts";
import { type CheckPorts, checkServer } from "../src/features/checks/check-server.ts";
import { hostView, reportView, wayView } from "../src/features/checks/check-view.ts";
import { connectionView, testConnections } from "../src/features/checks/connection-test.ts";
import { hostReport } from "../src/features/checks/host-report.ts";
import { namedAgent } from "../src/features/checks/named-agent.ts";
import { readVersion, readWay } from "../src/features/checks/way.ts";
import { pathFindings } from "../src/model/guide/path.ts";
import { worded } from "../src/phrases/finding-text.ts";
import { type ManagedServer, type Servers, serverNamed } from "../src/servers/managed-server.ts";

interface Ports extends CheckPorts {
  readonly servers: Servers;
}

export const check = defineCommand({
  name: "check",
  group: "Look",
  summary: "report what prevents a clean upgrade, worst first",
  args: {
    positional: { hint: "SERVER", required: false, many: false },
    flags: {
      server: { hint: "NAME", kind: "text", summary: "the server, if there are several" },
      from: { hint: "VERSION", kind: "text", summary: "the path from this version (default: the server's own)" },
      to: { hint: "VERSION", kind: "text", summary: "the path to this version; with --from, Drydock asks no server" },
      agent: {
        hint: "NAME",
        kind: "text",
        summary: "the commands to run on this agent's host; with --test, test the connection to it",
      },
      test: {
        hint: "",
        kind: "switch",
        summary: "also test the connection to a few agents, or to the one that --agent names",
      },
    },
    example: "check prod --to 7.3",
  },
  async handler(args, { call, word }, ports: Ports) {
    const [from, to] = [readVersion("from", args.text("from")), readVersion("to", args.text("to"))];
    const named = serverWord(args, `${word} check`);
    const agent = args.text("agent");
    const plain = named === undefined && agent === undefined && !args.has("test");
    if (plain && from && to) {
      const way = readWay({ from, to, serverVersion: undefined, server: "" });
      const findings = pathFindings(way.from, way.to).map(worded);
      return wayView(way.from.text, way.to.text, findings, { word, server: undefined });
    }
    const [typed] = args.words;
    const known = [...ports.servers.keys()];
    const isNone = typed !== undefined && !known.includes(typed.toLowerCase());
    if (isNone && nearest(typed.toLowerCase(), known) === undefined)
      throw new UserError(
        "no-such-server",
        `There is no server "${typed.slice(0, 60)}". There are: ${known.join(", ")}. To check an agent, name it: ${word} check --agent NAME`,
      );
    const server = serverNamed(ports.servers, named);
    if (agent !== undefined) {
      if (from || to)
        throw new UserError(
          "flags-conflict",
          `--agent checks one agent: leave out --from and --to. Example: ${word} check --agent ${agent} --test`,
        );
      if (args.has("test")) return await testOne(server, agent, call.person);
      return hostView(await hostReport(server, call.person, agent, ports));
    }
    const report = await checkServer({ server, person: call.person, from, to, test: args.has("test") }, ports);
    return reportView(report, { word, server: ports.servers.size > 1 ? server.name : undefined });

    async function testOne(server: ManagedServer, name: string, person: string): Promise<View> {
      const { views } = await ports.authorize.onAgents(server, person, "look");
      const listed = await namedAgent(server, views, name);
      return connectionView(await testConnections(server, person, [listed], ports.authorize), 0);
    }
  },
});
