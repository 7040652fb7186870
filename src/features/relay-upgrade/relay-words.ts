import { count, names } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import { data, type Line } from "../../core/view.ts";
import { isUnwell } from "../../model/relay/is-unwell.ts";
import type { RelayEnd, RelayTurn } from "../../model/relay/turn.ts";
import { causeText } from "../../phrases/cause-text.ts";

/** Where the relay stands whose turn it is. */
export function turnLine({ relay, asked, begunAt, newSince, last }: RelayTurn): Line {
  const name = data(relay.name);
  if (!asked)
    return [
      name,
      ": its turn. Drydock waits until it is up, nothing runs behind it, and the owner's permissions are known. No upgrade of its agents starts.",
    ];
  if (begunAt === undefined) return [name, ": asked for at ", timeOfDay(asked.at), ", not begun yet."];
  if (newSince !== undefined)
    return [
      name,
      `: back at `,
      data(last?.version ?? ""),
      `. Drydock waits for its ${count(asked.agents.length, "agent")}.`,
    ];
  if (last?.up) return [name, ": back at the version that it had. Drydock watches it a little longer."];
  return [name, ": away since ", timeOfDay(begunAt), `, with ${count(asked.agents.length, "agent")}.`];
}

/** What came of a relay's turn, in one line. */
export function endLine(end: RelayEnd): Line {
  const { relay, outcome, version, detail, missing, by, asked } = end;
  const name = data(relay.name);
  if (outcome === "skipped" && by !== undefined) return [name, " was skipped by ", { person: by }, "."];
  if (outcome === "elsewhere")
    return [name, " is at ", data(version ?? "?"), " already: another person upgraded it before its turn."];
  if (outcome !== "upgraded") return [name, ` ${SAID[outcome]}`, ...(detail ? [": ", ...causeText(detail)] : []), "."];
  const all = asked?.agents.length ?? 0;
  const back =
    all === 0 ? "no agent was connected behind it." : `${all - missing.length} of ${count(all, "agent")} back.`;
  const lost: Line =
    missing.length === 0
      ? []
      : [
          " Missing: ",
          ...names(
            missing.map((agent) => agent.name),
            10,
          ),
        ];
  return [name, " is upgraded, from ", data(asked?.from ?? "?"), " to ", data(version ?? "?"), `: ${back}`, ...lost];
}

const SAID = {
  skipped: "was not upgraded",
  "not-begun": "was not upgraded",
  blocked: "was not upgraded",
  "never-back": "did not come back in time",
  unchanged: "is as it was",
  older: "is older than before",
  unseen: "cannot be judged",
} as const;

/** A word and a sign, never a sign alone. */
export function signOf(end: RelayEnd): string {
  const { outcome, missing } = end;
  if (isUnwell(end)) return "✖";
  if (outcome === "upgraded" || outcome === "elsewhere") return missing.length > 0 ? "⚠" : "✔";
  return "–";
}
