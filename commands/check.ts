import { defineCommand } from "../src/conversation/command.ts";
import { UserError } from "../src/core/user-error.ts";
import type { CheckPorts } from "../src/features/checks/check-server.ts";
import { checkServer } from "../src/features/checks/check-server.ts";
import { hostView, reportView, wayView } from "../src/features/checks/check-view.ts";
import { hostReport } from "../src/features/checks/host-report.ts";
import { readVersion, readWay } from "../src/features/checks/way.ts";
import { serverNamed } from "../src/features/plan/selection.ts";
import { pathFindings } from "../src/model/guide/path-findings.ts";
import type { Servers } from "../src/servers/managed-server.ts";

interface Ports extends CheckPorts {
  readonly servers: Servers;
}

export const check = defineCommand({
  name: "check",
  group: "Servers",
  summary: "report what prevents a clean upgrade of a server's agents, worst first, and what to do",
  args: {
    positional: { hint: "SERVER", required: false, many: false },
    flags: {
      server: { hint: "NAME", kind: "text", summary: "the server, if there are several" },
      from: { hint: "VERSION", kind: "text", summary: "the path from this version (default: the server's own)" },
      to: { hint: "VERSION", kind: "text", summary: "the path to this version; with --from, Drydock asks no server" },
      agent: {
        hint: "NAME",
        kind: "text",
        summary: "the commands to run on this agent's host",
      },
      test: { hint: "", kind: "switch", summary: "also test the connection to a few agents" },
    },
    example: "/agents check prod --to 7.3",
  },
  async handler(args, { call, word }, ports: Ports) {
    const [from, to] = [readVersion("from", args.text("from")), readVersion("to", args.text("to"))];
    const named = args.words[0]?.toLowerCase() ?? args.text("server");
    const agent = args.text("agent");
    const plain = named === undefined && agent === undefined && !args.has("test");
    if (plain && from && to) {
      const way = readWay({ from, to, serverVersion: undefined, server: "" });
      return wayView(way.from.text, way.to.text, pathFindings(way.from, way.to), { word, server: undefined });
    }
    const server = serverNamed(ports.servers, named);
    if (agent !== undefined) {
      if (from || to || args.has("test"))
        throw new UserError(
          "flags-conflict",
          `--agent lists what to run on one agent's host. Leave out the others, or use ${word} test-connection for its connection.`,
        );
      return hostView(await hostReport(server, call.person, agent, ports));
    }
    const report = await checkServer({ server, person: call.person, from, to, test: args.has("test") }, ports);
    return reportView(report, { word, server: ports.servers.size > 1 ? server.name : undefined });
  },
});
