import { count } from "../../../core/format.ts";
import type { Line } from "../../../core/view.ts";
import type { StoredEvent } from "../../../model/events.ts";
import { diagnose } from "../../../model/upgrade/diagnosis.ts";
import { isDone, isFailure, type Outcome } from "../../../model/upgrade/outcome.ts";
import { parseUpgradeId } from "../../../model/upgrade/upgrade.ts";
import { diagnosisWords } from "../../../phrases/diagnosis-words.ts";
import { afterEvent, type Entry, NOTHING_BEFORE, rolloutEntry } from "./rollout-entry.ts";

/** One line of the timeline, with the rows of the ledger that it is made of. */
export interface TimelineItem extends Entry {
  readonly at: number;
  /** The same as `at` for a single event. */
  readonly until: number;
  readonly rows: readonly [first: number, last: number];
}

const MAX_NAMED = 5;

/** What happened, in order. Upgrades between two other events are one line, so that thousands of agents can be read. */
export function timelineOf(events: readonly StoredEvent[]): readonly TimelineItem[] {
  const items: TimelineItem[] = [];
  const names = new Map<string, string>();
  let batch: StoredEvent[] = [];
  let before = NOTHING_BEFORE;
  const close = () => {
    const item = batchItem(batch, names);
    if (item) items.push(item);
    batch = [];
  };
  for (const event of events) {
    if (event.stream.startsWith("upgrade.")) {
      batch.push(event);
      if (event.type === "upgrade.intended" || event.type === "upgrade.skipped")
        names.set(event.data.agent.id, event.data.agent.name);
      continue;
    }
    const entry = rolloutEntry(event, before);
    before = afterEvent(before, event);
    if (!entry) continue;
    close();
    const { at, position } = event;
    items.push({ ...entry, at, until: at, rows: [position, position] });
  }
  close();
  return items;
}

function batchItem(batch: readonly StoredEvent[], names: ReadonlyMap<string, string>): TimelineItem | undefined {
  const told = batch.filter(({ type }) => TOLD.has(type));
  const [first, last] = [told[0], told.at(-1)];
  if (!first || !last) return undefined;
  const nameOf = ({ stream }: StoredEvent) => {
    const { agentId = "" } = parseUpgradeId(stream.slice("upgrade.".length)) ?? {};
    return names.get(agentId) ?? agentId;
  };
  const outcomes = told.flatMap((event) =>
    event.type === "upgrade.outcome" || event.type === "upgrade.corrected" ? [{ event, data: event.data }] : [],
  );
  const reached = (is: (outcome: Outcome) => boolean) => outcomes.filter(({ data }) => is(data.outcome));
  const failed = reached(isFailure);
  const number = (type: StoredEvent["type"]) => told.filter((event) => event.type === type).length;
  const parts = [
    [number("upgrade.intended"), "began"],
    [reached(isDone).length, "done"],
    [failed.length, "failed"],
    [reached((outcome) => !isDone(outcome) && !isFailure(outcome)).length, "unchanged"],
    [number("upgrade.skipped"), "left out"],
    [number("upgrade.postponed"), "put off by the server"],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, words]) => `${n.toLocaleString("en")} ${words}`);
  const why = failed
    .slice(0, MAX_NAMED)
    .map(
      ({ event, data }): Line => [
        { data: nameOf(event) },
        `: ${diagnosisWords(diagnose(data.outcome, data.detail)).title}`,
      ],
    );
  const more = failed.length - why.length;
  return {
    who: "drydock",
    what: [`${number("upgrade.intended") > 0 ? "requested" : "followed"} upgrades: ${said.join(", ")}`],
    why: [...why, ...(more > 0 ? [[`And ${count(more, "more failure")}.`]] : [])],
    tone: failed.length > 0 ? "bad" : "plain",
    at: first.at,
    until: last.at,
    rows: [first.position, last.position],
  };
}

const TOLD: ReadonlySet<StoredEvent["type"]> = new Set([
  "upgrade.intended",
  "upgrade.skipped",
  "upgrade.postponed",
  "upgrade.outcome",
  "upgrade.corrected",
]);
