import { clockTime, count, duration } from "../../core/format.ts";
import { type Button, data, type Line, type Modal } from "../../core/view.ts";
import type { PlannedAgent } from "../../model/plan/plan.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { describeOutcome, isFailure } from "../../model/upgrade/outcome.ts";
import { phaseOf, type Upgrade } from "../../model/upgrade/upgrade.ts";
import { causeText } from "../../phrases/cause-text.ts";

const PAGE = 50;

export interface AgentsInput {
  readonly rollout: Rollout;
  /** The newest attempt of each agent that has begun, by agent id. */
  readonly upgrades: ReadonlyMap<string, Upgrade>;
  /** The agents that the person may view. */
  readonly visible: readonly PlannedAgent[];
  /** From 0. */
  readonly page: number;
  readonly now: number;
}

/** Every agent's phase and times, 50 a page, those that failed first. */
export function agentsModal({ rollout, upgrades, visible, page, now }: AgentsInput): Modal {
  const rows = visible
    .map((agent) => ({ agent, upgrade: upgrades.get(agent.id) }))
    .sort((a, b) => rank(a.upgrade) - rank(b.upgrade));
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const shown = Math.min(Math.max(0, page), pages - 1);
  const hidden = rollout.plan.agents.length - visible.length;
  const head: Line[] = [
    [{ bold: rollout.id }, `: ${count(rows.length, "agent")}, page ${shown + 1} of ${pages}, as of ${clockTime(now)}.`],
    ...(hidden > 0 ? [[`${count(hidden, "agent")} that you may not view on ${rollout.plan.server}.`]] : []),
  ];
  const lines = rows.slice(shown * PAGE, (shown + 1) * PAGE).map(({ agent, upgrade }) => row(agent, upgrade, now));
  const turn = (label: string, to: number): Button => ({ label, command: "agents", args: [rollout.id, String(to)] });
  const buttons = [
    ...(shown > 0 ? [turn("Previous", shown - 1)] : []),
    ...(shown + 1 < pages ? [turn("Next", shown + 1)] : []),
    turn("Refresh", shown),
  ];
  return {
    key: "agents",
    title: "Agents",
    parts: [
      { kind: "text", lines: head },
      { kind: "text", lines },
      { kind: "buttons", buttons },
    ],
  };
}

export function loadingModal(rollout: string): Modal {
  return {
    key: "agents-loading",
    title: "Agents",
    parts: [{ kind: "text", lines: [[`Reading what you may view of ${rollout}…`]] }],
  };
}

/** Failed, in flight, waiting, left as they were, upgraded. */
function rank(upgrade: Upgrade | undefined): number {
  if (!upgrade) return 2;
  if (!upgrade.outcome) return 1;
  if (isFailure(upgrade.outcome.kind)) return 0;
  return upgrade.outcome.kind === "verified" ? 4 : 3;
}

function row(agent: PlannedAgent, upgrade: Upgrade | undefined, now: number): Line {
  const name = data(agent.name);
  if (!upgrade) return [name, ` waiting, at ${agent.version ?? "no version reported"}`];
  const times = timesOf(upgrade, now);
  const again = upgrade.attempt > 1 ? ` (attempt ${upgrade.attempt})` : "";
  if (!upgrade.outcome) return [name, ` ${phaseOf(upgrade)}${again}. ${times}`];
  const { kind } = upgrade.outcome;
  const { detail } = upgrade.outcome;
  const head = kind === "verified" ? "upgraded" : describeOutcome(kind);
  return [name, ` ${head}${again}`, ...(detail ? [": ", ...causeText(detail)] : []), `. ${times}`];
}

/** `asked 03:12 UTC, away after 40 s, back after 4 min, done after 4 min` */
function timesOf(upgrade: Upgrade, now: number): string {
  if (upgrade.outcome?.kind === "skipped") return `Left out ${clockTime(upgrade.outcome.at)}.`;
  const since = (at: number) => duration(at - upgrade.intendedAt);
  const said = [
    `Asked ${clockTime(upgrade.intendedAt)}`,
    upgrade.awayAt !== undefined && `away after ${since(upgrade.awayAt)}`,
    upgrade.backSince !== undefined && `back after ${since(upgrade.backSince)}`,
    upgrade.outcome ? `decided after ${since(upgrade.outcome.at)}` : `${since(now)} so far`,
  ];
  return `${said.filter((part) => part !== false).join(", ")}.`;
}
