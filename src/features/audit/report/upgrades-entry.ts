import { count } from "../../../core/format.ts";
import type { Line } from "../../../core/view.ts";
import type { StoredEvent } from "../../../model/events.ts";
import { diagnose } from "../../../model/upgrade/diagnosis.ts";
import { isDone, isFailure } from "../../../model/upgrade/outcome.ts";
import { parseUpgradeId } from "../../../model/upgrade/upgrade.ts";
import { diagnosisWords } from "../../../phrases/diagnosis-words.ts";
import type { Entry } from "./rollout-entry.ts";

const MAX_NAMED = 5;

/** What one event adds to the numbers. Each upgrade that began ends once; what corrects an end is counted apart. */
const COUNTS = [
  "began",
  "without a clear answer",
  "put off by the server",
  "done",
  "failed",
  "unchanged",
  "upgraded by others",
  "left out",
  "upgraded after all",
  "upgraded by another rollout after all",
  "lost again",
] as const;
type Count = (typeof COUNTS)[number];

/** Whether the timeline counts the event. */
export function isCounted(event: StoredEvent): boolean {
  return countOf(event) !== undefined;
}

/** Many upgrades in one line. @param batch events that are counted. @param names of agents, by id. */
export function upgradesEntry(batch: readonly StoredEvent[], names: ReadonlyMap<string, string>): Entry | undefined {
  if (batch.length === 0) return undefined;
  const counts = batch.map(countOf);
  const number = (wanted: Count) => counts.filter((one) => one === wanted).length;
  const said = COUNTS.flatMap((one) => (number(one) > 0 ? [`${number(one).toLocaleString("en")} ${one}`] : []));
  const nameOf = ({ stream }: StoredEvent) => {
    const { agentId = "" } = parseUpgradeId(stream.slice("upgrade.".length)) ?? {};
    return names.get(agentId) ?? agentId;
  };
  const failed = batch.flatMap((event) => {
    const isEnd = event.type === "upgrade.outcome" || event.type === "upgrade.corrected";
    return isEnd && isFailure(event.data.outcome) ? [{ event, data: event.data }] : [];
  });
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
    what: [`${number("began") > 0 ? "requested" : "followed"} upgrades: ${said.join(", ")}`],
    why: [...why, ...(more > 0 ? [[`And ${count(more, "more failure")}.`]] : [])],
    tone: failed.length > 0 ? "bad" : "plain",
  };
}

function countOf(event: StoredEvent): Count | undefined {
  switch (event.type) {
    case "upgrade.intended":
      return "began";
    case "upgrade.uncertain":
      return "without a clear answer";
    case "upgrade.postponed":
      return "put off by the server";
    case "upgrade.skipped":
      return event.data.elsewhere ? "upgraded by others" : "left out";
    case "upgrade.outcome":
      if (isDone(event.data.outcome)) return "done";
      return isFailure(event.data.outcome) ? "failed" : "unchanged";
    case "upgrade.corrected":
      if (event.data.detail?.code === "upgraded-by-rollout") return "upgraded by another rollout after all";
      return isDone(event.data.outcome) ? "upgraded after all" : "lost again";
    default:
      return undefined;
  }
}
