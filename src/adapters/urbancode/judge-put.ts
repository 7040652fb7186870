import type { TriggerResult } from "../../model/deploy-server.ts";
import { inItsPlace, isNotTheApi } from "./not-the-api.ts";
import { quote } from "./quote.ts";
import type { RawAnswer } from "./raw-answer.ts";
import { waitOf } from "./retry-after.ts";

/**
 * What the answer to a request for an upgrade means. Its body and its code are not documented, so any 2xx of the API's accepts it.
 * @param answer without secrets. @param now in ms since 1970.
 */
export function judgePut(path: string, answer: RawAnswer, now: number): TriggerResult {
  const { status, body } = answer;
  if (isNotTheApi(path, answer)) return { kind: "uncertain", text: inItsPlace(answer), status, code: "not-the-api" };
  if (status >= 200 && status < 300) return { kind: "accepted", status };
  const text = `${status} ${quote(body)}`;
  if (status === 425 || status === 429) return { kind: "postponed", status, text, wait: waitOf(answer, now) };
  if (status === 408 || status === 409) return { kind: "uncertain", text, status, code: `answered-${status}` };
  return status >= 400 && status < 500 ? { kind: "refused", status, text } : { kind: "uncertain", text, status };
}
