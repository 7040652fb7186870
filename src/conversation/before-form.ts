import type { Call } from "../core/call.ts";
import type { Clock } from "../core/ports.ts";
import { withTimeout } from "../core/with-timeout.ts";

/** What is read before a form opens; undefined if that takes so long that the form would come too late. The person is told after it then. */
export async function beforeForm<T>(clock: Clock, { formWithin }: Call, reading: Promise<T>): Promise<T | undefined> {
  return formWithin === undefined ? await reading : await withTimeout(clock, formWithin, reading);
}
