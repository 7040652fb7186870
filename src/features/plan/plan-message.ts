import { defineCommand } from "../../conversation/command.ts";
import { rerun } from "../../conversation/replan.ts";
import { names as namesLine } from "../../core/format.ts";
import { SlackError } from "../../core/ports.ts";
import { foldName, literal } from "../../core/typed-text.ts";
import { UserError } from "../../core/user-error.ts";
import { isView, type Line } from "../../core/view.ts";
import { wordsIn } from "../../core/words-in.ts";
import { ServerError } from "../../model/deploy-server.ts";
import type { Visibility } from "../../people/visibility.ts";
import type { ManagedServer, Servers } from "../../servers/managed-server.ts";

const MAX_LISTED = 3;

interface MessagePorts {
  readonly servers: Servers;
  readonly visibility: Pick<Visibility, "agents">;
}

/** Chosen from the menu of a message: a plan of the agents that it names. */
export const planMessage = defineCommand({
  name: "plan-message",
  summary: "plan the upgrade of the agents that a message names",
  needsIdentity: true,
  args: { flags: {}, example: "choose Plan upgrade from a message's menu" },
  async handler(_args, context, ports: MessagePorts) {
    const { call, word } = context;
    if (call.via !== "shortcut") throw new UserError("no-message", "Choose Plan upgrade from the menu of a message.");
    const read = await Promise.all([...ports.servers.values()].map((server) => named(server, call, ports)));
    const on = read.filter((one): one is NamedOnServer => !("why" in one) && one.names.length > 0);
    const missing = missingLine(
      namesNotFound(
        call.text,
        on.flatMap(({ names }) => names),
      ),
    );
    const [first, second] = on;
    if (!first) {
      // If no server could be asked, that is the reason.
      const [trouble] = read.flatMap((one) => ("why" in one ? [one.why] : []));
      if (trouble && read.every((one) => "why" in one)) throw trouble;
      throw new UserError("no-agents-named", ["This message names no agent that you may view. ", ...missing]);
    }
    if (second)
      throw new UserError(
        "which-server",
        `This message names agents on several servers: ${on.map(({ server, names }) => `${server.name} (${names.length})`).join(", ")}. Plan one server at a time. Example: ${word} upgrade ${first.names[0]} --server ${first.server.name}`,
      );
    const { server, names } = first;
    const chosen = names.slice(0, MAX_NAMED);
    const shown = await rerun(["upgrade", ...chosen.map(literal), `--server=${server.name}`], context);
    const more: Line[] =
      names.length > MAX_NAMED ? [[`This plan holds the first ${MAX_NAMED} agents of the message.`]] : [];
    const lines = [...more, ...(missing.length > 0 ? [missing] : [])];
    return isView(shown) && lines.length > 0 ? { ...shown, parts: [{ kind: "text", lines }, ...shown.parts] } : shown;
  },
});

/** One server that does not answer, or does not know the person, spoils nothing for the others. */
async function named(
  server: ManagedServer,
  { person, text }: { readonly person: string; readonly text: string },
  { visibility }: MessagePorts,
): Promise<NamedOnServer | { readonly why: Error }> {
  try {
    return await namesOnServer(server, text, await visibility.agents(server, person));
  } catch (error) {
    if (error instanceof UserError || error instanceof ServerError || error instanceof SlackError)
      return { why: error };
    throw error;
  }
}

function missingLine(missing: readonly string[]): Line {
  return missing.length === 0 ? [] : ["Not found: ", ...namesLine(missing, MAX_LISTED), "."];
}

/** The most agents of a message in one plan. */
export const MAX_NAMED = 50;

/** The agents of one server that a message names, as far as the person may view them. */
export interface NamedOnServer {
  readonly server: ManagedServer;
  /** In the order of the message. */
  readonly names: readonly string[];
}

/** @param views which agents the person may view: one that is hidden is not found. */
export async function namesOnServer(
  server: ManagedServer,
  message: string,
  views: (agentId: string) => Promise<boolean>,
): Promise<NamedOnServer> {
  const byName = new Map<string, { readonly id: string; readonly name: string }[]>();
  for (const { id, name } of await server.fleet.agents()) {
    const folded = foldName(name);
    byName.set(folded, [...(byName.get(folded) ?? []), { id, name }]);
  }
  const names = new Set<string>();
  for (const { text } of wordsIn(message)) {
    if (names.size > MAX_NAMED) break;
    for (const { id, name } of byName.get(foldName(text)) ?? []) if (await views(id)) names.add(name);
  }
  return { server, names: [...names] };
}

/** Words of a message that look like names of agents, and of which no agent was found. */
export function namesNotFound(message: string, found: readonly string[]): readonly string[] {
  const known = new Set(found.map(foldName));
  const isPart = (word: string) => word.split(/[\s,;]+/).every((part) => known.has(foldName(part)));
  return wordsIn(message)
    .filter(({ text, isNameLike }) => isNameLike && !known.has(foldName(text)) && !isPart(text))
    .map(({ text }) => text);
}
