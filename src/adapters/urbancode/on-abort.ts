import { setMaxListeners } from "node:events";

/**
 * Calls back once the signal aborts, or at once if it has; the returned function ends that. `AbortSignal.any` would keep something of each
 * call for as long as the signal lives (nodejs/node#55351), and signals of what runs for months live that long.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) {
    listener();
    return () => {};
  }
  // Many reads share one signal, and Node takes more than ten listeners of one for a leak.
  setMaxListeners(0, signal);
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
