import { type Command, defineCommand } from "../src/app/command.ts";
import { accessSummary } from "../src/app/conversation/access-summary.ts";
import { nearest, usageOf } from "../src/app/conversation/arguments.ts";
import type { ManagedServer } from "../src/app/managed-server.ts";
import type { Services } from "../src/app/services.ts";
import { UserError } from "../src/app/user-error.ts";
import { type Line, say } from "../src/app/view.ts";
import { withTimeout } from "../src/app/with-timeout.ts";

export const help = defineCommand({
  name: "help",
  summary: "list the commands, or explain one",
  inThread: true,
  args: { positional: { hint: "COMMAND", required: false, many: false }, flags: {}, example: "/agents help upgrade" },
  async handler(args, { services, commands, word, call }) {
    const known = commands.filter((command) => !command.hidden);
    const asked = args.words[0]?.toLowerCase();
    if (asked === undefined)
      return say(
        "help",
        "Drydock upgrades agents. It understands:",
        ...(await marked(known, services, call.person, word)).flatMap(({ command, mark }) => [
          [...line(command, word), mark],
        ]),
      );
    const command = known.find((candidate) => candidate.name === asked);
    if (command) {
      const [{ mark = "" } = {}] = await marked([command], services, call.person, word);
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

/** How long the servers may keep the help waiting, in ms. */
const TIMEOUT = 3_000;

/** Says of each command where this person cannot use it; a server that does not answer in time marks nothing. */
async function marked(
  known: readonly Command[],
  services: Services,
  person: string,
  word: string,
): Promise<readonly { readonly command: Command; readonly mark: string }[]> {
  const servers = [...services.servers.values()];
  const isKnown = async (server: ManagedServer) =>
    (await withTimeout(services.clock, TIMEOUT, accessSummary(server, services.identities, person)))?.known ?? true;
  const anywhere = known.some((command) => command.needsIdentity)
    ? (await Promise.all(servers.map(isKnown))).includes(true)
    : true;
  return known.map((command) => ({
    command,
    mark: command.needsIdentity && !anywhere ? ` Not for you now: no server knows you, see ${word} whoami.` : "",
  }));
}

function line(command: Command, word: string): Line {
  return [{ data: `${word} ${command.name}` }, ` ${command.summary}`];
}

function one(command: Command, word: string): readonly Line[] {
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
