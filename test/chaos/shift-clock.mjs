/**
 * Chaos loads this before Drydock (`node --import`), and nothing else does: the wall clock of that process, and only that one, is as
 * many ms ahead as the file says that its address names. Timers and the monotonic clock stay as they are.
 */
import { readFileSync } from "node:fs";

const file = new URL(import.meta.url).searchParams.get("file") ?? "";
const realNow = Date.now;
let ahead = 0;
let readAt = Number.NEGATIVE_INFINITY;

Date.now = () => {
  if (performance.now() - readAt > 10) {
    readAt = performance.now();
    // A file that is just being written is empty for a moment.
    ahead = Number(readFileSync(file, "utf8") || ahead);
  }
  return realNow() + ahead;
};
globalThis.Date = new Proxy(Date, {
  construct: (real, given, made) => Reflect.construct(real, given.length > 0 ? given : [Date.now()], made),
});
