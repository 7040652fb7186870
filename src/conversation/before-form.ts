import type { Call } from "../core/call.ts";
import type { Clock } from "../core/ports.ts";
import { withTimeout } from "../core/with-timeout.ts";

/** Reads something before a form opens. Returns undefined if the form would come too late then: the person hears of it once they have sent the form. */
export async function beforeForm<T>(clock: Clock, { formWithin }: Call, reading: Promise<T>): Promise<T | undefined> {
  return formWithin === undefined ? await reading : await withTimeout(clock, formWithin, reading);
}
