import { keyOf } from "../../playground/messages.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { openReplica } from "../support/postgres-ledger.ts";
import type { judgeRollout } from "./judge-rollout.ts";
import { AHEAD, type Asked, type Fleets } from "./replicas-trial.ts";

/** A request goes out at most 10 s after the look before it; the rest is for stand-ins on a machine that is busy. */
const MAX_LATENESS = 15_000;
/** By how much the times in the ledger may be wrong. */
const SKEW = Math.max(...AHEAD.map(Math.abs));

/** Holds the ledger, whose chain is walked, against what servers and people saw. */
export async function judgeShared(
  { rollouts, asked, trial }: Fleets,
  url: string,
  judge: typeof judgeRollout,
): Promise<readonly string[]> {
  const ledger = await openReplica(url);
  try {
    const events = await ledger.since(0, 10_000_000);
    const { messages } = trial.slack.workspace;
    const keys = messages
      .filter((message) => !message.deleted && keyOf(message) !== undefined)
      .map((message) => `${message.channel} ${keyOf(message)}`);
    const twice = keys.filter((key, i) => keys.indexOf(key) < i);
    return [
      ...rollouts.flatMap((shown) => judge(shown, events).map((problem) => `${shown.rollout}: ${problem}`)),
      ...[...new Set(twice)].map((key) => `posted more than once: ${key}`),
      ...requestProblems(asked, events),
    ];
  } finally {
    await ledger.close();
  }
}

/** Each request has an attempt of its own, which was recorded shortly before. */
function requestProblems(asked: readonly Asked[], events: readonly StoredEvent[]): readonly string[] {
  const problems: string[] = [];
  const intended = new Map<string, number[]>();
  for (const event of events) {
    if (event.type !== "upgrade.intended") continue;
    const { id } = event.data.agent;
    intended.set(id, [...(intended.get(id) ?? []), event.at]);
  }
  const counts = new Map<string, number>();
  for (const { server, agent, at } of asked) {
    const count = (counts.get(agent) ?? 0) + 1;
    counts.set(agent, count);
    const before = (intended.get(agent) ?? []).filter((one) => one <= at + SKEW);
    if (before.length < count) problems.push(`${server}: request ${count} for ${agent} has no attempt of its own`);
    const late = at - (before.at(-1) ?? at);
    if (late > MAX_LATENESS + SKEW)
      problems.push(`${server}: a request for ${agent} came ${late} ms after it was recorded`);
  }
  return problems;
}
