import { defineCommand } from "../../conversation/command.ts";
import { rerun } from "../../conversation/replan.ts";
import type { AgentRef } from "../../core/agent-ref.ts";
import { count } from "../../core/format.ts";
import { literal } from "../../core/typed-text.ts";
import { UserError } from "../../core/user-error.ts";
import type { Button } from "../../core/view.ts";
import { everyAgent } from "../../model/plan/plan.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { isBreakerOpen, type RolloutGuards } from "../../model/rollout/rollout-guards.ts";
import { isDone } from "../../model/upgrade/outcome.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import type { FindRollout } from "../../people/find-rollout.ts";
import type { Visibility } from "../../people/visibility.ts";
import { namesNow } from "../../people/visible-ids.ts";
import type { Projections } from "../../projections/projections.ts";
import { serverOf } from "../../servers/current-rollout.ts";
import type { Servers } from "../../servers/managed-server.ts";
import type { Contribution } from "../contribution.ts";

export const rolloutButtons: Contribution = {
  card: ({ rollout }) => ({ buttons: [...controls(rollout), ...handOverButton(rollout)] }),
};

/** What can be pressed on the card of a rollout under way. */
export function controls(rollout: Rollout): readonly Button[] {
  if (rollout.status === "running") return [pauseButton(rollout), stopButton(rollout)];
  return rollout.status === "paused" ? [resumeButton(rollout), stopButton(rollout)] : [];
}

/** A rollout that still begins upgrades has an owner to replace. */
function handOverButton({ id, status }: Rollout): readonly Button[] {
  const hasOwner = status === "running" || status === "paused";
  return hasOwner ? [{ label: "Hand over", command: "handover", args: [id] }] : [];
}

function pauseButton({ id }: Rollout): Button {
  return { label: "Pause", command: "pause", args: [id] };
}

/** The person who presses it becomes the owner. */
function resumeButton({ id, plan, guards }: Rollout): Button {
  return {
    label: "Resume",
    command: "resume",
    args: [id],
    confirm: {
      title: `Resume ${id}?`,
      text: `${ignoring(guards)}The ${plan.relays ? "relays" : "agents"} of ${plan.server} that still wait are upgraded with your permissions. You become the owner.`,
      yes: "Resume",
      no: "Not now",
    },
  };
}

/** What is confirmed where failures have paused it. */
function ignoring(guards: RolloutGuards): string {
  return isBreakerOpen(guards) ? "Drydock ignores the failures so far and counts from zero. " : "";
}

function stopButton(rollout: Rollout) {
  return {
    label: "Stop",
    command: "stop",
    args: [rollout.id],
    style: "danger" as const,
    confirm: {
      title: `Stop ${rollout.id}?`,
      text: rollout.plan.relays
        ? "No other relay gets its turn. Drydock watches a relay that a person has begun to upgrade until it and its agents are back."
        : "No further upgrade starts. Upgrades in flight cannot be cancelled: they finish.",
      yes: "Stop",
      no: "Not now",
    },
  };
}

/** The agents of a rollout that has ended which have not begun, failed or were skipped, and may still need the upgrade. */
export function restOf(rollout: Rollout, upgrades: readonly Upgrade[]): readonly AgentRef[] {
  const newest = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  return everyAgent(rollout.plan).filter(({ id }) => {
    const outcome = newest.get(id)?.outcome;
    if (!outcome) return true;
    return !isDone(outcome.kind) && outcome.kind !== "unchanged" && outcome.detail?.code !== "upgrade-not-needed";
  });
}

/** A fresh plan, for the person who presses it. */
export function planRestButton(rollout: Rollout, upgrades: readonly Upgrade[]): readonly Button[] {
  if (rollout.status !== "ended") return [];
  const rest = restOf(rollout, upgrades).length;
  if (rest === 0) return [];
  const isAll = rest === everyAgent(rollout.plan).length;
  const which =
    rest === 1 ? (isAll ? "it" : "the other agent") : `${isAll ? "all" : "the other"} ${rest.toLocaleString("en")}`;
  return [{ label: `Plan ${which}${isAll ? " again" : ""}`, command: "plan-rest", args: [rollout.id] }];
}

/** Of the agents that a button counts, the plan behind it holds those that the person may view and that can be upgraded now. */
export function checkedAgain(viewed: number, all: number, server: string): string {
  if (viewed === all) return `Drydock checked ${all === 1 ? "it" : "them"} again.`;
  return `Drydock found ${viewed} of them on ${server} that you may view, and checked ${viewed === 1 ? "it" : "these"} again.`;
}

interface PlanRestPorts {
  readonly findRollout: FindRollout;
  readonly projections: Projections;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

/** Pressed on the card of a rollout that has ended: `plan-rest ROLLOUT`. */
export const planRest = defineCommand({
  name: "plan-rest",
  summary: "plan the agents of a rollout that did not begin or failed",
  args: { positional: { hint: "ROLLOUT", required: true, many: false }, flags: {}, example: "press Plan on a card" },
  async handler(args, context, ports: PlanRestPorts) {
    const { call } = context;
    const rollout = await ports.findRollout(args.words[0] ?? "", call);
    if (rollout.status !== "ended")
      throw new UserError("not-ended", `${rollout.id} has not ended: its agents are planned when it has.`);
    const server = serverOf(ports.servers, rollout);
    const rest = new Set(restOf(rollout, ports.projections.newestAttempts(rollout)).map(({ id }) => id));
    const names = await namesNow(server, rest, call.person, ports.visibility);
    const words = ["upgrade", "*", ...names.map((name) => `--only=${literal(name)}`), `--server=${server.name}`];
    return rerun(
      [...words, `--reason=rest of ${rollout.id}`],
      context,
      `${count(rest.size, "agent is", "agents are")} left of ${rollout.id}. ${checkedAgain(names.length, rest.size, server.name)}`,
    );
  },
});
