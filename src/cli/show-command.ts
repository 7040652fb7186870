import { timestamp } from "../core/moment.ts";
import { nearest } from "../core/nearest.ts";
import { UserError } from "../core/user-error.ts";
import { archivedSince } from "../features/audit/audit-words.ts";
import { everyAgent } from "../model/plan/plan.ts";
import { followsUp } from "../model/rollout/retry.ts";
import { beginsNoMore, isOver, type Rollout } from "../model/rollout/rollout.ts";
import { isDone, isFailure } from "../model/upgrade/outcome.ts";
import {
  isPutBack,
  isUpgradedOutside,
  phaseOf,
  timesAsked,
  type Upgrade,
  upgradedBy,
  versionsOf,
  wasAsked,
} from "../model/upgrade/upgrade.ts";
import { plainCause } from "../phrases/cause-text.ts";
import { describeOutcome, OUTSIDE_WORDS } from "../phrases/outcome-words.ts";
import { PHASE_WORDS, RETRY_WORDS, turnWords } from "../phrases/phase-words.ts";
import type { Projections } from "../projections/projections.ts";
import { defineCommand } from "./command.ts";
import { CONFIG } from "./config-option.ts";
import { isoTime, LOCAL_NOTES, type LocalLook, sourceJson, sourceLines, withLocalLook } from "./local-look.ts";
import { rolloutJson } from "./rollout-table.ts";
import { showHead } from "./show-head.ts";
import { type Styled, type StyledLine, table } from "./styled-text.ts";

export const show = defineCommand({
  name: "show",
  summary: "Shows a rollout with each of its agents",
  notes: LOCAL_NOTES,
  word: { hint: "ROLLOUT", summary: "the rollout's id, e.g. prod-142", required: true, many: false },
  options: CONFIG,
  example: "drydock show prod-142",
  exits: { done: "the rollout was printed", failed: "there is no such rollout, or the ledger could not be read" },
  run: ({ words: [typed = ""], values }, ports) =>
    withLocalLook(values, ports, async (look) => {
      const { projections } = look;
      const rollout = await found(look, typed.toLowerCase());
      const rows = rowsOf(projections, rollout);
      const json = { ...sourceJson(look), ...rolloutJson(projections, rollout), agents: rows.map(rowJson) };
      const text = [...sourceLines(look), [], ...showHead(look, rollout, ports.clock), ...agentTable(rows)];
      return { text, json };
    }),
});

async function found({ projections, archivings }: LocalLook, id: string): Promise<Rollout> {
  const rollout = await projections.recall(id);
  if (rollout) return rollout;
  const archived = archivedSince(await archivings(), id);
  if (archived !== undefined)
    throw new UserError("archived", `${archived} drydock audit report ${id} --archive FILE reads it there.`);
  const near = nearest(id, [...projections.rollouts.keys(), ...projections.past.keys()]);
  throw new UserError("not-in-the-ledger", [
    "The ledger has no rollout ",
    { data: id.slice(0, 60) },
    `.${near ? ` Did you mean ${near}?` : ""} drydock rollouts lists them.`,
  ]);
}

interface Row {
  readonly name: string;
  readonly id: string;
  readonly state: string;
  readonly isBad: boolean;
  readonly isGood: boolean;
  readonly cause: string;
  readonly before: string | null;
  readonly now: string | null;
  readonly upgrade: Upgrade | undefined;
}

/** Each agent in the plan's order; of a rollout of relays, each relay. */
function rowsOf(projections: Projections, rollout: Rollout): readonly Row[] {
  const upgrades = new Map(projections.newestAttempts(rollout).map((upgrade) => [upgrade.agent.id, upgrade]));
  const ended = new Map(rollout.relayWork.ended.map((end) => [end.relay.id, end]));
  const isEnding = beginsNoMore(rollout) || isOver(rollout);
  const isTurn = (id: string) => rollout.relayWork.turn?.relay.id === id;
  const relays = (rollout.plan.relays ?? []).map(({ id, name }): Row => {
    const end = ended.get(id);
    return {
      ...{
        name,
        id,
        state: end?.outcome ?? (isTurn(id) ? "its turn" : turnWords(isEnding)),
        isBad: false,
        isGood: false,
      },
      ...{ cause: plainCause(end?.detail ?? null), before: null, now: end?.version ?? null, upgrade: undefined },
    };
  });
  const agents = everyAgent(rollout.plan).map(({ id, name, version }): Row => {
    const upgrade = upgrades.get(id);
    const outcome = upgrade?.outcome;
    const isRetried = upgrade !== undefined && followsUp(rollout, upgrade);
    const isGood = outcome !== undefined && isDone(outcome.kind);
    const { before, after } = versionsOf(upgrade, version);
    return {
      ...{ name, id, upgrade, state: isRetried ? RETRY_WORDS : stateOfAgent(upgrade, isEnding), isGood },
      isBad: outcome !== undefined && isFailure(outcome.kind) && !isRetried,
      // The detail of a success is the agent's version, which has a column of its own.
      cause: isGood ? "" : plainCause(outcome?.detail ?? null),
      before,
      now: after,
    };
  });
  return [...relays, ...agents];
}

function stateOfAgent(upgrade: Upgrade | undefined, isEnding: boolean): string {
  if (!upgrade || isPutBack(upgrade)) return turnWords(isEnding);
  if (!upgrade.outcome) return PHASE_WORDS[phaseOf(upgrade)];
  const another = upgradedBy(upgrade);
  if (another !== undefined) return `upgraded by ${another}`;
  if (upgrade.outcome.kind === "verified") return isUpgradedOutside(upgrade) ? OUTSIDE_WORDS : "upgraded";
  return describeOutcome(upgrade.outcome.kind);
}

function agentTable(rows: readonly Row[]): readonly StyledLine[] {
  if (rows.length === 0) return [];
  const heads = ["AGENT", "STATE", "BEFORE", "NOW", "ATTEMPT", "ASKED (UTC)", "CAUSE"];
  const lines = rows.map(({ name, state, isBad, isGood, before, now, upgrade, cause }): StyledLine => {
    const styled: Styled = isBad ? { text: state, style: "bad" } : isGood ? { text: state, style: "good" } : state;
    const asked = upgrade && wasAsked(upgrade) ? timestamp(upgrade.intendedAt) : "";
    return [name, styled, before ?? "", now ?? "", upgrade ? String(timesAsked(upgrade)) : "", asked, cause];
  });
  return [[], ...table(heads, lines)];
}

function rowJson({ name, id, state, isBad, before, now, upgrade, cause }: Row): object {
  return {
    ...{ id, name, state, failed: isBad, versionBefore: before, versionNow: now, cause: cause === "" ? null : cause },
    outcome: upgrade?.outcome?.kind ?? null,
    attempt: timesAsked(upgrade),
    askedAt: upgrade && wasAsked(upgrade) ? isoTime(upgrade.intendedAt) : null,
    endedAt: upgrade?.outcome ? isoTime(upgrade.outcome.at) : null,
  };
}
