import type { Button } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutGuards } from "../../model/rollout/rollout-guards.ts";

/** What can be pressed on the card of a rollout under way. */
export function controls(rollout: Rollout): readonly Button[] {
  if (rollout.status === "running") return [pauseButton(rollout), stopButton(rollout)];
  return rollout.status === "paused" ? [continueButton(rollout), stopButton(rollout)] : [];
}

function pauseButton({ id }: Rollout): Button {
  return { label: "Pause", command: "pause", args: [id] };
}

/** Whoever presses it becomes the owner. */
function continueButton({ id, plan, guards }: Rollout): Button {
  return {
    label: "Continue",
    command: "resume",
    args: [id],
    confirm: {
      title: `Continue ${id}?`,
      text: `${inSpiteOf(guards)}It goes on with the ${plan.relays ? "relays" : "agents"} of ${plan.server} that still wait, with your rights, and is yours from then on.`,
      yes: "Continue",
      no: "Not now",
    },
  };
}

/** What is confirmed where failures have stopped it. */
function inSpiteOf({ selfPause }: RolloutGuards): string {
  return selfPause?.kind === "breaker" && selfPause.ended === undefined
    ? "Too much has failed, and the count begins anew. "
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
        ? "No other relay gets its turn. One that a person has begun to upgrade is watched until it and its agents are back."
        : "No further agent is asked to upgrade. Those in flight cannot be called back: they are watched to their end.",
      yes: "Stop",
      no: "Not now",
    },
  };
}
