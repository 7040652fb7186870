import { usageOf } from "../src/conversation/arguments.ts";
import { COMMAND_GROUPS, type CommandInfo, defineCommand } from "../src/conversation/command.ts";
import { nearest } from "../src/core/nearest.ts";
import type { Clock } from "../src/core/ports.ts";
import { UserError } from "../src/core/user-error.ts";
import { type Line, say } from "../src/core/view.ts";
import { withTimeout } from "../src/core/with-timeout.ts";
import { accessSummary } from "../src/features/whoami/access-summary.ts";
import type { Authorize } from "../src/people/authorize.ts";
import type { ManagedServer, Servers } from "../src/servers/managed-server.ts";

interface Ports {
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly servers: Servers;
}

export const help = defineCommand({
  name: "help",
  group: "You",
  summary: "list the commands, or explain one",
  inThread: true,
  args: { positional: { hint: "COMMAND", required: false, many: false }, flags: {}, example: "/agents help upgrade" },
  async handler(args, { commands, word, call }, ports: Ports) {
    const known = commands.filter(({ group }) => group !== undefined);
    const asked = args.words[0]?.toLowerCase();
    if (asked === undefined)
      return say(
        "help",
        "Drydock upgrades agents. It understands:",
        ...byGroup(await marked(known, ports, call.person, word)).flatMap(({ group, listed }): readonly Line[] => [
          [{ bold: group }],
          ...listed.map(({ command, mark }): Line => [...line(command, word), mark]),
        ]),
      );
    const command = known.find((candidate) => candidate.name === asked);
    if (command) {
      const [{ mark = "" } = {}] = await marked([command], ports, call.person, word);
      return say("help-command", ...one(command, word), ...(mark ? [mark.trim()] : []));
    }
    const near = nearest(
      asked,
      known.map((candidate) => candidate.name),
    );
    throw new UserError(
      "no-such-command",
      `There is no command "${asked.slice(0, 60)}".${near ? ` Did you mean ${near}?` : ""} All of them: ${word} help`,
    );
  },
});

interface Marked {
  readonly command: CommandInfo;
  /** Where this person cannot use it. */
  readonly mark: string;
}

function byGroup(all: readonly Marked[]) {
  return COMMAND_GROUPS.map((group) => ({ group, listed: all.filter(({ command }) => command.group === group) }));
}

/** How long the servers may keep the help waiting, in ms. */
const TIMEOUT = 3_000;

/** Says of each command where this person cannot use it; a server that does not answer in time marks nothing. */
async function marked(
  known: readonly CommandInfo[],
  ports: Ports,
  person: string,
  word: string,
): Promise<readonly Marked[]> {
  const servers = [...ports.servers.values()];
  const isKnown = async (server: ManagedServer) =>
    (await withTimeout(ports.clock, TIMEOUT, accessSummary(server, ports.authorize, person)))?.known ?? true;
  const anywhere = known.some((command) => command.needsIdentity)
    ? (await Promise.all(servers.map(isKnown))).includes(true)
    : true;
  return known.map((command) => ({
    command,
    mark: command.needsIdentity && !anywhere ? ` Not for you now: no server knows you, see ${word} whoami.` : "",
  }));
}

function line(command: CommandInfo, word: string): Line {
  return [{ data: `${word} ${command.name}` }, ` ${command.summary}`];
}

function one(command: CommandInfo, word: string): readonly Line[] {
  const flags = Object.entries(command.args.flags).map(
    ([name, flag]): Line => [{ data: `--${name} ${flag.hint}`.trim() }, ` ${flag.summary}`],
  );
  const example = command.args.example.replace(/^\/agents/, word);
  return [
    [{ data: `${word} ${command.name} ${usageOf(command.args)}`.trim() }, ` ${command.summary}`],
    ...flags,
    ["Example: ", { data: example }],
  ];
}
