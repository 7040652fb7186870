import { pauseAfter } from "../../core/backoff.ts";
import type { Clock } from "../../core/ports.ts";
import { serverTrouble } from "../../core/server-trouble.ts";
import { ServerError } from "../../model/deploy-server.ts";

const FIRST_PAUSE = 15_000;
const MAX_PAUSE = 5 * 60_000;

/**
 * Holds everything that would be asked with an account that the server refuses: accounts are locked after a few refused logins. One
 * request at a time finds out whether it is accepted again, after a pause that is longer each time.
 */
export interface LoginGate {
  /** Lets pass what may be asked now, after a probe where one is due. Throws ServerError. */
  pass(): Promise<void>;
  /** The same without a probe. */
  check(): void;
  /** A request was answered 401. Throws ServerError if that was about the account, not about what was asked. */
  refused(): Promise<void>;
  /** How long until the next probe, in ms. */
  wait(): number;
}

export function createLoginGate(ports: {
  readonly server: string;
  /** The environment's variable that holds the token or the password. */
  readonly variable: string;
  readonly clock: Clock;
  /** Asks once for what takes an account, and no permission. The status; undefined where there was no answer. */
  readonly ask: () => Promise<number | undefined>;
}): LoginGate {
  const { server, variable, clock, ask } = ports;
  let refusals = 0;
  let until = Number.NEGATIVE_INFINITY;
  let probing: Promise<void> | undefined;

  async function probe(): Promise<void> {
    const status = await ask();
    if (status === 401) refusals += 1;
    else if (status !== undefined && status < 500) refusals = 0;
    until = clock.monotonic() + pauseAfter(refusals, FIRST_PAUSE, MAX_PAUSE);
  }

  function probeOnce(): Promise<void> {
    probing ??= probe().finally(() => {
      probing = undefined;
    });
    return probing;
  }

  function check(): void {
    if (refusals === 0) return;
    throw new ServerError(
      "login-refused",
      serverTrouble("login-refused", server, { status: 401, reason: variable }),
      401,
    );
  }

  return {
    async pass() {
      await (refusals > 0 && clock.monotonic() >= until ? probeOnce() : probing);
      check();
    },
    check,
    async refused() {
      if (refusals === 0 || clock.monotonic() >= until) await probeOnce();
      check();
    },
    wait: () => Math.max(0, until - clock.monotonic()),
  };
}
