import type { ArgumentsOf, FlagSpec } from "../../conversation/arguments.ts";
import { type AgentStatus, needsUpgrade } from "../../core/agent.ts";
import { UserError } from "../../core/user-error.ts";
import { parseRange, type VersionRange } from "../../core/version.ts";
import type { Selection } from "./plan-port.ts";

/** @param server its name, and the most that --slots may ask for there. Throws UserError with an example. */
export function readSelection(
  server: { readonly name: string; readonly slots: number },
  statuses: readonly AgentStatus[],
  args: ArgumentsOf<typeof SELECTION_FLAGS>,
): Selection {
  const limit = args.number("limit");
  if (limit === 0) throw new UserError("limit-too-low", "--limit 0 leaves nothing to do. Example: --limit 25");
  const slots = args.number("slots");
  if (slots !== undefined && (slots < 1 || slots > server.slots)) {
    throw new UserError(
      "slots-out-of-range",
      `--slots can only lower the limit of ${server.name}: 1 to ${server.slots}, not ${slots}. At most 10 upgrades at once is the vendor's advice: many at once load the server.`,
    );
  }
  if (args.has("hold") && args.number("canary") === 0)
    throw new UserError("flags-conflict", "--hold waits after the canaries: leave out --canary 0.");
  const [reason, emergency] = [args.text("reason"), args.text("emergency")];
  if (reason !== undefined && emergency !== undefined)
    throw new UserError("flags-conflict", "The text of --emergency is the reason: leave out --reason.");
  return {
    statuses: statuses.filter(needsUpgrade),
    words: args.words,
    names: args.texts("name"),
    only: args.texts("only"),
    exclude: args.texts("exclude"),
    team: args.texts("team"),
    relay: args.texts("relay"),
    tag: args.texts("tag"),
    version: readRanges(args.texts("version")),
    limit,
    slots,
    canary: args.number("canary"),
    hold: args.has("hold"),
    includeOffline: args.has("include-offline"),
    includeInactive: args.has("include-inactive"),
    reason: reason ?? emergency,
    emergency: emergency !== undefined,
  };
}

/** Limits like `>=6.2` and `<7.1` have to hold together; of anything else one is enough. */
function readRanges(values: readonly string[]): readonly VersionRange[] {
  const parts = values.flatMap((value) => value.split(",")).map((part) => part.trim());
  const limits = parts.filter((part) => /^[<>]/.test(part));
  const texts = [...(limits.length > 0 ? [limits.join(" ")] : []), ...parts.filter((part) => !/^[<>]/.test(part))];
  return texts.map((text) => {
    const range = parseRange(text);
    if (range) return range;
    throw new UserError(
      "not-a-range",
      `--version requires a range of versions, not "${text.slice(0, 60)}". Example: --version "<7.1" or --version ">=6.2.7.1"`,
    );
  });
}

/** The flags that every command takes which makes a plan. */
export const SELECTION_FLAGS = {
  server: { hint: "NAME", kind: "text", summary: "the server, if there are several" },
  name: { hint: "GLOB", kind: "list", summary: "only agents with this name or glob, e.g. web-*" },
  only: { hint: "GLOB", kind: "list", summary: "of these, only agents with this name or glob" },
  exclude: { hint: "GLOB", kind: "list", summary: "leave out agents with this name or glob" },
  team: { hint: "TEAM", kind: "list", summary: "only agents of this team, by name, glob or id" },
  tag: { hint: "TAG", kind: "list", summary: "only agents with this tag, by name or glob" },
  relay: { hint: "RELAY", kind: "list", summary: "only agents behind this relay, by name, glob or id" },
  version: { hint: "RANGE", kind: "list", summary: "only agents at these versions, e.g. <7.1 or >=6.2.7.1" },
  limit: { hint: "N", kind: "number", summary: "at most this many agents" },
  slots: { hint: "N", kind: "number", summary: "at most this many at once" },
  canary: { hint: "N", kind: "number", summary: "upgrade this many first, and all others when they are stable" },
  hold: {
    hint: "",
    kind: "switch",
    summary: "after the canaries, wait until a person resumes",
  },
  "include-offline": {
    hint: "",
    kind: "switch",
    summary: "include offline agents, which are upgraded when they come back",
  },
  "include-inactive": {
    hint: "",
    kind: "switch",
    summary: "include inactive agents, on servers before 7.1 that allow it",
  },
  reason: { hint: "TEXT", kind: "text", summary: "the reason, for the record" },
  at: {
    hint: "TIME",
    kind: "time",
    summary: "start at this time, e.g. sat 22:00, or next-window",
  },
  emergency: {
    hint: "REASON",
    kind: "text",
    summary: "start up to 10 agents without approval, if the rules allow it; an approver reviews it later",
  },
} as const satisfies Readonly<Record<string, FlagSpec>>;
