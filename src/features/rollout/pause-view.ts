import type { Cause, Causes } from "../../core/cause.ts";
import { count, names } from "../../core/format.ts";
import type { Line, View } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { SelfPause } from "../../model/rollout/rollout-guards.ts";
import type { Pause } from "../../model/rollout/rollout-parts.ts";
import { diagnose } from "../../model/upgrade/diagnosis.ts";
import { isFailure } from "../../model/upgrade/outcome.ts";
import { isPutBack, type Upgrade } from "../../model/upgrade/upgrade.ts";
import { cameBackLine } from "../../phrases/came-back-line.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { controls } from "./card-buttons.ts";

/**
 * A rollout that has paused itself: why, what is still in flight, and what a person can press. New in the thread each time, since
 * only a new message notifies people, and edited then.
 * @param upgrades the newest attempt of each agent that has begun.
 * @param relayNames by their ids, as far as Drydock knows them.
 */
export function selfPauseView(
  rollout: Rollout,
  selfPause: SelfPause,
  upgrades: readonly Upgrade[],
  relayNames: ReadonlyMap<string, string> = new Map(),
): View {
  const { id, owner } = rollout;
  const what = selfPause.kind === "breaker" ? "paused itself" : "waits";
  const key = KEYS[selfPause.kind];
  const head: Line = [{ person: owner }, ` ⏸ ${id} ${what}: `, ...causesText(selfPause.causes)];
  const over = overLine(rollout, selfPause);
  if (over) return { key: `${key}-over` as const, summary: head, parts: [{ kind: "text", lines: [head, over] }] };
  const resolved = resolvedLine(rollout, selfPause, upgrades);
  const failed = failedSince(rollout, upgrades);
  const isCounted = (upgrade: Upgrade) => selfPause.causes.every((cause) => counts(cause, upgrade, relayNames));
  const next = resolved ? "Resume upgrades the other agents. Stop ends the rollout." : NEXT[selfPause.kind];
  return {
    key,
    summary: head,
    parts: [
      {
        kind: "text",
        lines: [head, ...(resolved ? [resolved] : failedLines(failed, isCounted)), ...flight(upgrades), [next]],
      },
      { kind: "buttons", buttons: controls(rollout) },
    ],
  };
}

const KEYS = { breaker: "circuit-breaker", canary: "canary" } as const;
const NEXT = {
  breaker: "Resume ignores these failures and counts from zero. Stop ends the rollout.",
  canary: "Resume upgrades the other agents. Stop ends the rollout.",
} as const;

/** How it is over; undefined while the rollout waits. */
function overLine({ status }: Rollout, { ended }: SelfPause): Line | undefined {
  if (!ended) return status === "ended" ? ["The rollout has ended: no agent was left to upgrade."] : undefined;
  const { by, how } = ended;
  if (by === "drydock") return ["Drydock stopped it, because no person resumed it in time."];
  if (how === "continued-for") return ["Resumed by Drydock for ", { person: by }, ", after the approvals."];
  return [how === "continued" ? "Resumed by " : "Stopped by ", { person: by }, "."];
}

/** `✔ Resolved: edge-07 came back at 22:04.` Undefined while an agent that failed before the pause has not come back. */
export function resolvedLine(
  { guards }: Rollout,
  { at }: Pick<Pause, "at">,
  upgrades: readonly Upgrade[],
): Line | undefined {
  const counted = upgrades.filter(({ outcome }) => (outcome?.position ?? 0) > guards.countFrom);
  const stillFailed = counted.some(({ outcome }) => outcome && isFailure(outcome.kind));
  const back = counted.filter(({ recoveredFrom, outcome }) => recoveredFrom && outcome && outcome.at >= at);
  return stillFailed || back.length === 0 ? undefined : cameBackLine(back);
}

/** The agents whose failures Resume would ignore. */
function failedSince({ guards }: Rollout, upgrades: readonly Upgrade[]): readonly Upgrade[] {
  return upgrades.filter(({ outcome }) => outcome && outcome.position > guards.countFrom && isFailure(outcome.kind));
}

/** Those that the circuit breaker counted come first. */
function failedLines(failed: readonly Upgrade[], isCounted: (upgrade: Upgrade) => boolean): readonly Line[] {
  const counted = failed.filter(isCounted);
  if (counted.length === 0) return failed.length > 0 ? [["Failed: ", ...agentNames(failed)]] : [];
  const others = failed.filter((upgrade) => !isCounted(upgrade));
  const also: Line[] = others.length > 0 ? [["Other failures: ", ...agentNames(others)]] : [];
  return [["Failed: ", ...agentNames(counted)], ...also];
}

function agentNames(upgrades: readonly Upgrade[]): Line {
  return names(
    upgrades.map(({ agent }) => agent.name),
    3,
  );
}

/** Whether a failure is one of those for which the rollout paused. */
function counts(
  { code, params }: Cause,
  { agent, outcome }: Upgrade,
  relayNames: ReadonlyMap<string, string>,
): boolean {
  if (code !== "too-many-failures") return true;
  const { cause, relay } = params as Causes["too-many-failures"];
  if (relay !== null) return agent.relay !== undefined && (relayNames.get(agent.relay) ?? agent.relay) === relay;
  return cause === null || (outcome !== undefined && diagnose(outcome.kind, outcome.detail) === cause);
}

function flight(upgrades: readonly Upgrade[]): readonly Line[] {
  const inFlight = upgrades.filter((upgrade) => !upgrade.outcome && !isPutBack(upgrade)).map(({ agent }) => agent.name);
  if (inFlight.length === 0) return [["Nothing is in flight."]];
  return [[`${count(inFlight.length, "upgrade")} in flight: `, ...names(inFlight, 3)]];
}
