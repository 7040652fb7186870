import type { Agent } from "../../core/agent.ts";
import { unknownStatuses } from "../../core/status-spellings.ts";
import type { Unjudged } from "../../model/plan/plan-facts.ts";

/** @param matching all that were asked for, whatever their status. */
export function unjudgedOf(matching: readonly Agent[]): Unjudged {
  const some = (...statuses: readonly Agent["status"][]) =>
    matching.filter(({ status }) => statuses.includes(status)).length;
  return {
    unknown: unknownStatuses(matching),
    neverContacted: some("never-contacted"),
    unreachable: some("error", "connecting"),
  };
}
