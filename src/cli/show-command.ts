import { momentText, timestamp } from "../core/moment.ts";
import { nearest } from "../core/nearest.ts";
import type { Clock } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { type Line, lineText } from "../core/view.ts";
import { everyAgent } from "../model/plan/plan.ts";
import { beginsNoMore, isOver, type Rollout } from "../model/rollout/rollout.ts";
import type { RequestEnd } from "../model/rollout/rollout-parts.ts";
import { isDone, isFailure } from "../model/upgrade/outcome.ts";
import {
  isPutBack,
  phaseOf,
  timesAsked,
  type Upgrade,
  upgradedBy,
  versionsOf,
  wasAsked,
} from "../model/upgrade/upgrade.ts";
import { causesText, plainCause } from "../phrases/cause-text.ts";
import { describeOutcome } from "../phrases/outcome-words.ts";
import { PHASE_WORDS } from "../phrases/phase-words.ts";
import { resultWords, startWords, tally } from "../phrases/progress-words.ts";
import type { Projections } from "../projections/projections.ts";
import { progressOf } from "../projections/rollout-progress.ts";
import { defineCommand } from "./command.ts";
import { CONFIG } from "./config-option.ts";
import { isoTime, LOCAL_NOTES, type LocalLook, sourceJson, sourceLines, withLocalLook } from "./local-look.ts";
import { ownerOf, rolloutJson, stateOf } from "./rollout-table.ts";
import { rolloutWaits } from "./rollout-waits.ts";
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
      const rollout = await found(projections, typed);
      const rows = rowsOf(projections, rollout);
      const json = { ...sourceJson(look), ...rolloutJson(projections, rollout), agents: rows.map(rowJson) };
      const text = [...sourceLines(look), [], ...headOf(look, rollout, ports.clock), ...agentTable(rows)];
      return { text, json };
    }),
});

async function found(projections: Projections, typed: string): Promise<Rollout> {
  const rollout = await projections.recall(typed.toLowerCase());
  if (rollout) return rollout;
  const near = nearest(typed, [...projections.rollouts.keys(), ...projections.past.keys()]);
  throw new UserError("not-in-the-ledger", [
    "The ledger has no rollout ",
    { data: typed.slice(0, 60) },
    `.${near ? ` Did you mean ${near}?` : ""} drydock rollouts lists them.`,
  ]);
}

function headOf(look: LocalLook, rollout: Rollout, clock: Clock): readonly StyledLine[] {
  const { projections } = look;
  const progress = progressOf(projections, rollout);
  const { id, plan, request } = rollout;
  const ended = rollout.status === "ended";
  const state: Styled = ended ? resultWords(rollout, progress).text : stateOf(rollout);
  const starts = startWords(rollout);
  const approvals = request?.approvals.map(({ person }) => person) ?? [];
  const facts: readonly (Line | false)[] = [
    !ended && [tally(progress)],
    ...rolloutWaits(look, rollout, clock).map((text): Line => [text]),
    starts !== undefined && ["Starts ", ...starts, "."],
    [`On ${plan.server}, by ${ownerOf(rollout)}, since ${momentText({ at: rollout.startedAt })}.`],
    rollout.endedAt !== undefined && [`Ended ${momentText({ at: rollout.endedAt })}.`],
    request?.closed !== undefined && closedLine(request.closed),
    approvals.length > 0 && [`Approved by ${approvals.join(", ")}.`],
    plan.options.reason !== null && ["Reason: ", { data: plan.options.reason }],
  ];
  return [[{ text: id, style: "bold" }, ": ", state], ...facts.flatMap((line) => (line ? [[lineText(line)]] : []))];
}

const CLOSED: Readonly<Record<RequestEnd["how"], string>> = {
  denied: "Denied",
  withdrawn: "Withdrawn",
  expired: "Its request expired",
};

function closedLine({ how, by, reason, causes }: RequestEnd): Line {
  const why: Line = reason !== undefined ? [{ data: reason }] : causesText(causes);
  // As the card says it: what was approved, and what the rules refused at its start.
  const what = by === "drydock" ? "Could not start" : `${CLOSED[how]}${by === undefined ? "" : ` by ${by}`}`;
  return [what, ...(why.length > 0 ? [": ", ...why] : ["."])];
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
        state: end?.outcome ?? (isTurn(id) ? "its turn" : isEnding ? "not begun" : "waiting"),
        isBad: false,
        isGood: false,
      },
      ...{ cause: plainCause(end?.detail ?? null), before: null, now: end?.version ?? null, upgrade: undefined },
    };
  });
  const agents = everyAgent(rollout.plan).map(({ id, name, version }): Row => {
    const newest = upgrades.get(id);
    // What is put back has not begun.
    const upgrade = newest && isPutBack(newest) && isEnding ? undefined : newest;
    const outcome = upgrade?.outcome;
    const isGood = outcome !== undefined && isDone(outcome.kind);
    const { before, after } = versionsOf(upgrade, version);
    return {
      ...{ name, id, upgrade, state: stateOfAgent(upgrade, isEnding), isGood },
      isBad: outcome !== undefined && isFailure(outcome.kind),
      // The detail of a success is the agent's version, which has a column of its own.
      cause: isGood ? "" : plainCause(outcome?.detail ?? null),
      before,
      now: after,
    };
  });
  return [...relays, ...agents];
}

function stateOfAgent(upgrade: Upgrade | undefined, isEnding: boolean): string {
  if (!upgrade) return isEnding ? "not begun" : "waiting";
  if (!upgrade.outcome) return PHASE_WORDS[phaseOf(upgrade)];
  const another = upgradedBy(upgrade);
  if (another !== undefined) return `upgraded by ${another}`;
  return upgrade.outcome.kind === "verified" ? "upgraded" : describeOutcome(upgrade.outcome.kind);
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
