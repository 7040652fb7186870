import type { Progress } from "../rollout/progress.ts";
import { isOver, type Rollout } from "../rollout/rollout.ts";
import type { RelayOutcome } from "./relay-events.ts";
import { isRelayFailure } from "./turn.ts";

/** How far a rollout of relays has come, in the words of any other rollout; undefined where it is one of agents. */
export function relayProgress(rollout: Rollout): Progress | undefined {
  const { plan, relayWork } = rollout;
  const { turn, ended } = relayWork;
  if (!plan.relays) return undefined;
  const count = (test: (outcome: RelayOutcome) => boolean) => ended.filter(({ outcome }) => test(outcome)).length;
  const total = plan.relays.length;
  const inFlight = turn ? 1 : 0;
  const left = total - ended.length - inFlight;
  const stopping = rollout.status === "stopping" || isOver(rollout);
  const external = count((outcome) => outcome === "elsewhere");
  return {
    total,
    verified: count((outcome) => outcome === "upgraded") + external,
    external,
    failed: count((outcome) => isRelayFailure(outcome) && outcome !== "unchanged"),
    unchanged: count((outcome) => outcome === "unchanged"),
    skipped: count((outcome) => outcome === "skipped" || outcome === "not-begun" || outcome === "blocked"),
    notNeeded: 0,
    inFlight,
    waiting: stopping ? 0 : left,
    toReturn: 0,
    stopped: stopping ? left : 0,
    percent: total === 0 ? 100 : Math.floor((ended.length * 100) / total),
  };
}
