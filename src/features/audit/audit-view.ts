import { count } from "../../core/format.ts";
import { data, type Line, type View } from "../../core/view.ts";
import { MAX_NEWEST } from "../../people/newest-visible.ts";
import { VERDICTS, worstOf } from "./audit-words.ts";
import { CLAIM_IDS, CLAIMS, type Claim, type Verdict, verdictOf } from "./checker/claims.ts";
import type { RolloutAudit } from "./checker/replay.ts";

/** The chain is walked when the bot starts, and by the programs that an auditor runs. */
const NO_CHAIN: Line = ["This did not check that the ledger is unchanged. Where Drydock runs, "];

/** One rollout: a finding of each claim that has some, what is not recorded or was waived, and what is proven. At most 12 lines, for a phone. */
export function auditView(audit: RolloutAudit): View {
  const worst = worstOf(audit);
  const heading = `Audit of ${audit.id}: ${VERDICTS[worst].word}`;
  return {
    key: "audit",
    summary: [heading],
    parts: [
      { kind: "heading", text: heading },
      {
        kind: "text",
        lines: [...CLAIM_IDS.flatMap((claim) => toldLines(audit, claim)), ...provenLines(audit, worst)],
      },
      {
        kind: "note",
        lines: [[...NO_CHAIN, data(`drydock audit report ${audit.id}`), " checks it, and prints all."]],
      },
    ],
  };
}

function toldLines({ claims }: RolloutAudit, claim: Claim): readonly Line[] {
  const { findings, found, missing, notes } = claims[claim];
  const [first] = findings;
  const more = found > 1 ? [` And ${count(found - 1, "more row")}.`] : [];
  if (first) return [[{ bold: `${VERDICTS.finding.sign} Row ${first.row}` }, ": ", ...first.text, ...more]];
  const { sign } = VERDICTS[verdictOf(claims[claim])];
  if (!missing) return notes.map(({ row, text }): Line => [{ bold: `${sign} Row ${row}` }, ": ", ...text]);
  return [
    [
      { bold: `${VERDICTS["not-recorded"].sign} Not recorded` },
      `: ${CLAIMS[claim]}. The ledger lacks ${missing.what}.`,
    ],
  ];
}

/** Each claim if all are proven; otherwise only their number, so that the rest is read. */
function provenLines({ claims }: RolloutAudit, worst: Verdict): readonly Line[] {
  const { sign } = VERDICTS.proven;
  const checked = CLAIM_IDS.filter((claim) => verdictOf(claims[claim]) !== "nothing");
  const proven = checked.filter((claim) => verdictOf(claims[claim]) === "proven");
  if (checked.length === 0) return [["Nothing to check: no upgrade began, and no one approved it."]];
  if (worst === "proven") return proven.map((claim): Line => [`${sign} ${CLAIMS[claim]}`]);
  return [[`${sign} ${proven.length} of ${count(checked.length, "claim")} proven.`]];
}

/** Several rollouts, one line each. */
export function auditsView(audits: readonly RolloutAudit[], word: string): View {
  const summary = `Audit of ${count(audits.length, "rollout")}`;
  return {
    key: "audits",
    summary: [summary],
    parts: [
      { kind: "heading", text: summary },
      {
        kind: "text",
        lines: audits.map((audit): Line => {
          const { sign, word: verdict } = VERDICTS[worstOf(audit)];
          return [`${sign} `, { bold: audit.id }, `: ${verdict}`];
        }),
      },
      {
        kind: "note",
        lines: [
          [data(`${word} audit ROLLOUT`), " shows the claims of one."],
          [`This lists the newest ${MAX_NEWEST} that you may view.`],
          [...NO_CHAIN, data("drydock audit verify"), " checks it, and every rollout."],
        ],
      },
    ],
  };
}
