import { duration } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import { data, type Line, type Modal } from "../../core/view.ts";
import type { PlannedAgent } from "../../model/plan/plan.ts";
import { followsUp } from "../../model/rollout/retry.ts";
import { beginsNoMore, type Rollout } from "../../model/rollout/rollout.ts";
import { isFailure, isNeverAsked } from "../../model/upgrade/outcome.ts";
import {
  isPutBack,
  isUpgradedOutside,
  phaseOf,
  type Reached,
  type Upgrade,
  upgradedBy,
} from "../../model/upgrade/upgrade.ts";
import { causeText } from "../../phrases/cause-text.ts";
import { describeOutcome, OUTSIDE_WORDS } from "../../phrases/outcome-words.ts";
import { PHASE_WORDS, RETRY_WORDS, turnWords } from "../../phrases/phase-words.ts";
import { agentPages } from "./agent-pages.ts";
import { behindRelays, hiddenLines, leftOutGroup, plannedGroups } from "./plan-agents-view.ts";

export interface AgentsInput {
  readonly rollout: Rollout;
  /** The newest attempt of each agent that has begun, by agent id. */
  readonly upgrades: ReadonlyMap<string, Upgrade>;
  /** Ids of the agents that the person may view. */
  readonly visible: ReadonlySet<string>;
  /** From 0. */
  readonly page: number;
  readonly now: number;
}

/**
 * Every agent's phase and times, those that failed first; of a request, who is chosen. Then who is left out, and why.
 * Of relays, the agents that go offline with each.
 */
export function agentsModal({ rollout, upgrades, visible, page, now }: AgentsInput): Modal {
  const { plan } = rollout;
  const hasBegun = rollout.status !== "requested" && rollout.status !== "closed";
  const rows = plan.agents
    .filter(({ id }) => visible.has(id))
    .map((agent) => ({ agent, upgrade: upgrades.get(agent.id) }))
    .sort((a, b) => rank(rollout, a.upgrade) - rank(rollout, b.upgrade))
    .map(({ agent, upgrade }) => row(agent, upgrade, { now, rollout }));
  const { chosen, waiting } = plannedGroups(plan, visible);
  const pages = agentPages({
    head: [
      [{ bold: rollout.id }, ", as of ", timeOfDay(now), `. Plan ${plan.hash.slice(0, 12)}.`],
      ...hiddenLines(plan, visible),
    ],
    groups: plan.relays
      ? behindRelays(plan.relays, visible)
      : [hasBegun ? { title: "In this rollout", rows } : chosen, waiting, leftOutGroup(plan, visible, "requester")],
    page,
    turn: (label, to) => ({ label, command: "agents", args: [rollout.id, String(to)] }),
    refresh: hasBegun && !plan.relays,
  });
  return { key: "agents", ...pages };
}

/** @param of a rollout's id, or `this plan`. */
export function loadingModal(of: string): Modal {
  return {
    key: "agents-loading",
    title: "Agents",
    parts: [{ kind: "text", lines: [[`Reading what you may view of ${of}…`]] }],
  };
}

/** Failed, in flight, waiting, left as they were, upgraded. */
function rank(rollout: Rollout, upgrade: Upgrade | undefined): number {
  if (!upgrade || isPutBack(upgrade) || followsUp(rollout, upgrade)) return 2;
  if (!upgrade.outcome) return 1;
  if (isFailure(upgrade.outcome.kind)) return 0;
  return upgrade.outcome.kind === "verified" ? 4 : 3;
}

function row(
  agent: PlannedAgent,
  upgrade: Upgrade | undefined,
  { now, rollout }: Pick<AgentsInput, "now" | "rollout">,
): Line {
  const name = data(agent.name);
  const isEnding = beginsNoMore(rollout);
  if (!upgrade || isPutBack(upgrade))
    return [name, ` ${turnWords(isEnding)}, at ${agent.version ?? "no version reported"}`];
  const times = timesOf(upgrade, now);
  const again = upgrade.attempt > 1 ? ` (attempt ${upgrade.attempt})` : "";
  if (!upgrade.outcome) return [name, ` ${PHASE_WORDS[phaseOf(upgrade)]}${again}. `, ...times];
  const { kind, detail } = upgrade.outcome;
  const said = detail ? causeText(detail) : [];
  if (detail && upgradedBy(upgrade) !== undefined)
    return [name, ` upgraded${again}: `, ...said, ". Asked ", timeOfDay(upgrade.intendedAt), "."];
  const upgraded = isUpgradedOutside(upgrade) ? OUTSIDE_WORDS : "upgraded";
  if (kind === "verified") return [name, ` ${upgraded}${again}`, ...(detail ? [" to ", ...said] : []), ". ", ...times];
  const state = followsUp(rollout, upgrade) ? `${RETRY_WORDS}: ${describeOutcome(kind)}` : describeOutcome(kind);
  return [name, ` ${state}${again}`, ...(detail ? [": ", ...said] : []), ". ", ...times];
}

/** `Asked 03:12 UTC, took 4 min.`, `Asked 03:12 UTC, proven late, at 06:12 UTC.`, `Asked 03:12 UTC, away after 40 s, 2 min so far.` */
function timesOf(upgrade: Upgrade, now: number): Line {
  const { outcome } = upgrade;
  const since = (at: number) => duration(at - upgrade.intendedAt);
  if (outcome && isNeverAsked(outcome.kind)) return ["Left out ", timeOfDay(outcome.at), "."];
  if (outcome?.kind === "verified" && !isUpgradedOutside(upgrade))
    return ["Asked ", timeOfDay(upgrade.intendedAt), ...provenWords(upgrade, outcome), "."];
  const said = [
    upgrade.awayAt !== undefined && `away after ${since(upgrade.awayAt)}`,
    upgrade.backSince !== undefined && `back after ${since(upgrade.backSince)}`,
    outcome ? `over after ${since(outcome.at)}` : `${since(now)} so far`,
  ];
  const rest = said.filter((part) => part !== false).map((part) => `, ${part}`);
  return ["Asked ", timeOfDay(upgrade.intendedAt), `${rest.join("")}.`];
}

/** When it was back is known only where the proof was seen in time. */
function provenWords({ took, recoveredFrom }: Upgrade, { at }: Reached): Line {
  if (took !== undefined) return [`, took ${duration(took)}`];
  return [recoveredFrom ? ", proven late, at " : ", proven at ", timeOfDay(at)];
}
