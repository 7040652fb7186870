import { type CommandInfo, defineCommand } from "../src/conversation/command.ts";
import { nearest } from "../src/core/nearest.ts";
import type { Clock } from "../src/core/ports.ts";
import { UserError } from "../src/core/user-error.ts";
import { data, type Line } from "../src/core/view.ts";
import { withTimeout } from "../src/core/with-timeout.ts";
import { commandView, GROUPS, groupView, helpView } from "../src/features/help/help-view.ts";
import { ServerError } from "../src/model/deploy-server.ts";
import type { Identities } from "../src/people/identity.ts";
import type { ManagedServer, Servers } from "../src/servers/managed-server.ts";

interface Ports {
  readonly clock: Clock;
  readonly identities: Pick<Identities, "on">;
  readonly servers: Servers;
}

/** How long the servers may keep the help waiting, in ms. */
const TIMEOUT = 3_000;

export const help = defineCommand({
  name: "help",
  group: "Me",
  summary: "list the commands, or explain one",
  args: { positional: { hint: "COMMAND", required: false, many: false }, flags: {}, example: "help upgrade" },
  async handler(args, context, ports: Ports) {
    const { word, call } = context;
    const commands = context.commands.filter(({ group }) => group !== undefined);
    const asked = args.words[0];
    // A group begins with a capital letter: there is an `upgrade` too.
    const group = GROUPS.find((name) => name === asked);
    const command = commands.find(({ name }) => name === asked?.toLowerCase());
    if (asked !== undefined && !group && !command) throw noSuchCommand(asked, commands, word);
    const concerned = command ? [command] : commands.filter((one) => !group || one.group === group);
    const mark = await markOf(concerned, ports, call.person, word);
    if (group) return groupView(group, { commands, word, mark });
    return command ? commandView(command, { word, mark }) : helpView({ commands, word, mark });
  },
});

/** What this person may not do, in one line. A server that does not answer in time marks nothing. */
async function markOf(
  commands: readonly CommandInfo[],
  { servers, identities, clock }: Ports,
  person: string,
  word: string,
): Promise<Line | undefined> {
  const closed = commands.filter((command) => command.needsIdentity).map(({ name }) => name);
  if (closed.length === 0) return undefined;
  const known = await Promise.all([...servers.values()].map((server) => isKnown(server)));
  if (known.includes(true)) return undefined;
  return [`No server knows you, so you cannot use ${closed.join(", ")}. `, data(`${word} whoami`), " says why."];

  async function isKnown(server: ManagedServer): Promise<boolean> {
    try {
      await withTimeout(clock, TIMEOUT, identities.on(server, person, { fresh: "look" }));
      return true;
    } catch (error) {
      if (error instanceof UserError) return false;
      if (error instanceof ServerError) return true;
      throw error;
    }
  }
}

function noSuchCommand(asked: string, commands: readonly CommandInfo[], word: string): UserError {
  const near = nearest(
    asked,
    commands.map(({ name }) => name),
  );
  return new UserError(
    "no-such-command",
    `There is no command "${asked.slice(0, 60)}".${near ? ` Did you mean ${near}?` : ""} All of them: ${word} help`,
  );
}
