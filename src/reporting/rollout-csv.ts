import { timestamp } from "../core/moment.ts";
import { toCsv } from "../core/to-csv.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { diagnose } from "../model/upgrade/diagnosis.ts";
import { isFailure } from "../model/upgrade/outcome.ts";
import { isPutBack, timesAsked, type Upgrade, versionsOf, wasAsked } from "../model/upgrade/upgrade.ts";
import { plainCause } from "../phrases/cause-text.ts";
import { diagnosisWords } from "../phrases/diagnosis-words.ts";

const COLUMNS = [
  "agent",
  "agent id",
  "outcome",
  "cause",
  "detail",
  "version before",
  "version after",
  "attempts",
  "asked at (UTC)",
  "away at (UTC)",
  "back at (UTC)",
  "decided at (UTC)",
];

/**
 * The whole rollout as CSV (RFC 4180, UTF-8, times in UTC), one line for each agent in the plan's order, then those that were waited for in vain. Cells
 * that a spreadsheet would take for a formula begin with an apostrophe.
 */
export function rolloutCsv(rollout: Rollout, upgrades: ReadonlyMap<string, Upgrade>): string {
  const rows = rollout.plan.agents.map((agent) => {
    const upgrade = upgrades.get(agent.id);
    const outcome = upgrade?.outcome;
    const { before, after } = versionsOf(upgrade, agent.version);
    const isBegun = upgrade !== undefined && !isPutBack(upgrade);
    return [
      agent.name,
      agent.id,
      outcome?.kind ?? (isBegun ? "in flight" : "not begun"),
      outcome && isFailure(outcome.kind) ? diagnosisWords(diagnose(outcome.kind, outcome.detail)).title : "",
      plainCause(outcome?.detail ?? null),
      before ?? "",
      after ?? "",
      timesAsked(upgrade),
      ...[
        upgrade && wasAsked(upgrade) ? upgrade.intendedAt : undefined,
        upgrade?.awayAt,
        upgrade?.backSince,
        outcome?.at,
      ].map((at) => (at === undefined ? "" : timestamp(at))),
    ];
  });
  const absent = rollout.guards.absent.map(({ id, name, why }) => [
    name,
    id,
    "not waited for any more",
    "",
    plainCause(why),
  ]);
  const filled = absent.map((row) => [...row, ...Array<string>(COLUMNS.length - row.length).fill("")]);
  return toCsv([COLUMNS, ...rows, ...filled]);
}
