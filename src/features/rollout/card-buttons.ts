import type { Button } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutGuards } from "../../model/rollout/rollout-guards.ts";

/** What can be pressed on the card of a rollout under way. */
export function controls(rollout: Rollout): readonly Button[] {
  if (rollout.status === "running") return [pauseButton(rollout), stopButton(rollout)];
  return rollout.status === "paused" ? [resumeButton(rollout), stopButton(rollout)] : [];
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
function ignoring({ selfPause }: RolloutGuards): string {
  return selfPause?.kind === "breaker" && selfPause.ended === undefined
    ? "Drydock ignores the failures so far and counts from zero. "
    : "";
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
