import type { ArgumentsOf } from "../../conversation/arguments.ts";
import { type AgentStatus, needsUpgrade } from "../../core/agent.ts";
import { UserError } from "../../core/user-error.ts";
import { parseRange, type VersionRange } from "../../core/version.ts";
import type { Selection } from "./plan-port.ts";
import type { SELECTION_FLAGS } from "./selection-flags.ts";

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
    reason: args.text("reason") ?? args.text("emergency"),
    emergency: args.text("emergency") !== undefined,
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
