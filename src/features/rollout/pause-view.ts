import { count, names } from "../../core/format.ts";
import type { Line, View } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { SelfPause } from "../../model/rollout/rollout-guards.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { controls } from "./card-buttons.ts";

/**
 * A rollout that has stopped itself: why, what is still in flight, and what can be pressed as long as nobody has. New in the
 * thread each time, since only a new message tells anybody, and edited then.
 * @param upgrades the newest attempt of each agent that has begun.
 */
export function selfPauseView(rollout: Rollout, selfPause: SelfPause, upgrades: readonly Upgrade[]): View {
  const { id, owner } = rollout;
  const what = selfPause.kind === "breaker" ? " has stopped itself: " : " waits: ";
  const key = KEYS[selfPause.kind];
  const head: Line = [{ person: owner }, ` ${id}${what}`, ...causesText(selfPause.causes)];
  if (selfPause.ended) {
    const { by, how } = selfPause.ended;
    const line: Line =
      by === "drydock"
        ? ["Stopped: nobody continued it in time."]
        : [how === "continued" ? "Continued by " : "Stopped by ", { person: by }, "."];
    return { key: `${key}-over` as const, summary: head, parts: [{ kind: "text", lines: [head, line] }] };
  }
  return {
    key,
    summary: head,
    parts: [
      { kind: "text", lines: [head, ...flight(upgrades), [NEXT[selfPause.kind]]] },
      { kind: "buttons", buttons: controls(rollout) },
    ],
  };
}

const KEYS = { breaker: "circuit-breaker", canary: "canary" } as const;
const NEXT = {
  breaker: "Nothing more begins. Continue goes on in spite of these failures and counts anew; Stop ends it.",
  canary: "Nothing more begins. Continue goes on with the rest; Stop ends it.",
} as const;

function flight(upgrades: readonly Upgrade[]): readonly Line[] {
  const inFlight = upgrades.filter(({ outcome }) => !outcome).map(({ agent }) => agent.name);
  if (inFlight.length === 0) return [["Nothing is in flight."]];
  return [[`${count(inFlight.length, "agent")} in flight, watched to the end: `, ...names(inFlight, 10)]];
}
