import { defineCommand } from "../src/conversation/command.ts";
import { readTime } from "../src/conversation/local-time.ts";
import { UserError } from "../src/core/user-error.ts";
import { data, say } from "../src/core/view.ts";
import { knownTimeWords, timeWords } from "../src/core/when.ts";
import type { Freezes } from "../src/features/freeze/freeze-service.ts";
import type { Identities } from "../src/people/identity.ts";
import type { Visibility } from "../src/people/visibility.ts";
import type { Servers } from "../src/servers/managed-server.ts";
import { serverNamed } from "../src/servers/managed-server.ts";

const EXAMPLE = 'freeze prod --until 4h "storage is being moved"';
const MAX_REASON_LENGTH = 500;

interface Ports {
  readonly freezes: Freezes;
  readonly servers: Servers;
}

export const freeze = defineCommand({
  name: "freeze",
  group: "Steer",
  summary: "freeze a server: no upgrade begins until the freeze ends",
  needsIdentity: true,
  args: {
    positional: { hint: "SERVER REASON", required: true, many: true },
    flags: {
      until: {
        hint: "TIME",
        kind: "time",
        summary: "when the freeze ends by itself, e.g. 4h or tomorrow 06:00",
      },
    },
    example: EXAMPLE,
  },
  async handler(args, context, ports: Ports) {
    const { call, word } = context;
    const [name = "", ...rest] = args.words;
    const server = serverNamed(ports.servers, name);
    const reason = rest.join(" ").trim();
    if (reason === "")
      throw new UserError(
        "freeze-needs-reason",
        `A freeze requires a reason, for the people whose upgrades wait. Example: ${word} ${EXAMPLE}`,
      );
    if (reason.length > MAX_REASON_LENGTH)
      throw new UserError("reason-too-long", `A reason has at most ${MAX_REASON_LENGTH} characters.`);
    const typed = args.text("until");
    const ends = typed === undefined ? endInReason(rest) : undefined;
    if (ends)
      throw new UserError(
        "until-in-reason",
        `If "${ends.said}" says when the freeze ends, type ${ends.instead}. If it is part of the reason, put the reason in quotes. Example: ${word} ${EXAMPLE}`,
      );
    const until = typed === undefined ? undefined : readTime(typed, server, context.localTime);
    await ports.freezes.freeze(server, call, { reason, until: until?.at ?? null });
    return say(
      "frozen",
      [{ bold: server.name }, " is frozen until ", ...(until?.said ?? ["a person unfreezes it"]), ": ", data(reason)],
      "No upgrade starts there. Upgrades in flight finish. People can still ask for approvals and give them.",
    );
  },
});

/** A time in the reason, at its beginning or behind "until". A freeze that was meant to end must not last for ever. */
function endInReason(words: readonly string[]): { readonly said: string; readonly instead: string } | undefined {
  for (const [i, word] of words.entries()) {
    const isUntil = /^(until|till?)$/i.test(word);
    const behind = isUntil || /^(for|before)$/i.test(word);
    if (!behind && i > 0) continue;
    const rest = words.slice(i + (behind ? 1 : 0));
    const time = rest.slice(0, knownTimeWords(rest)).join(" ");
    // `until Friday` is an end, though no time that Drydock understands.
    const like = time || (isUntil ? rest.slice(0, timeWords(rest)).join(" ") : "");
    if (like)
      return {
        said: behind ? `${word} ${like}` : like,
        instead: time ? `--until ${time}` : "--until and a time, such as 4h or sat 22:00",
      };
  }
  return undefined;
}

interface UnfreezePorts {
  readonly freezes: Freezes;
  readonly identities: Identities;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

export const unfreeze = defineCommand({
  name: "unfreeze",
  group: "Steer",
  summary: "end a server's freeze",
  args: { positional: { hint: "SERVER", required: true, many: false }, flags: {}, example: "unfreeze prod" },
  async handler(args, { call }, ports: UnfreezePorts) {
    const server = serverNamed(ports.servers, args.words[0]);
    // Whom the server does not know reads not even whether it is frozen.
    if (!(await ports.visibility.knows(server, call.person))) await ports.identities.on(server, call.person);
    await ports.freezes.unfreeze(server, call);
    return say("unfrozen", [{ bold: server.name }, " is no longer frozen."]);
  },
});
