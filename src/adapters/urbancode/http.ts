import PQueue from "p-queue";
import { pauseAfter } from "../../core/backoff.ts";
import { jumpBetween } from "../../core/jump-between.ts";
import type { Clock, Random } from "../../core/ports.ts";
import { serverTrouble } from "../../core/server-trouble.ts";
import { AT_ONCE, ServerError, type TriggerResult } from "../../model/deploy-server.ts";
import { createBadAnswers } from "./bad-answers.ts";
import { type ConnectionPorts, type ConnectionSettings, openConnections } from "./connections.ts";
import { authorizationOf, type Credentials, hider } from "./credentials.ts";
import { judgePut } from "./judge-put.ts";
import { createLoginGate } from "./login-gate.ts";
import { isNotTheApi } from "./not-the-api.ts";
import { onAbort } from "./on-abort.ts";
import { short } from "./quote.ts";
import type { RawAnswer } from "./raw-answer.ts";
import { createRepeats } from "./repeats.ts";
import { createRetryAfter } from "./retry-after.ts";
import { TooLate } from "./sending-only-if.ts";
import { codeOf, isUnsent } from "./unsent.ts";

export interface HttpSettings extends ConnectionSettings {
  readonly credentials: Credentials;
  /** The environment's variable with the secret of Drydock's own account; left out = it is somebody else's. */
  readonly variable?: string | undefined;
}

interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** It needs no account, so 401 is an answer too. */
  readonly anyone?: boolean;
  /** What is not there is an answer too: 404. */
  readonly missing?: boolean;
}

export interface Http {
  /** GET with retries; the text of a 2xx answer. Throws ServerError. */
  text(what: string, path: string, options?: ReadOptions): Promise<string>;
  /** The same with its status and headers. */
  page(what: string, path: string, options?: ReadOptions): Promise<RawAnswer>;
  /** GET with retries; the parsed JSON of a 2xx answer. Throws ServerError. */
  json(what: string, path: string, signal?: AbortSignal): Promise<unknown>;
  /** GET, once, whatever the answer is. Throws ServerError where there is none. */
  raw(path: string, options?: { anyone?: boolean }): Promise<RawAnswer>;
  /** PUT, sent once and never again; not one byte of it leaves after `notAfter` (monotonic). Never throws. */
  putOnce(path: string, notAfter?: number): Promise<TriggerResult>;
  /** PUT, sent once; the text of a 2xx answer, short and on one line. Throws ServerError. */
  put(what: string, path: string): Promise<string>;
  close(): Promise<void>;
}

/** Between the first try and the second, in ms. */
const FIRST_PAUSE = 500;
const MAX_QUEUE = 5_000;
/** The trigger goes before reads that wait: what was looked at a moment ago should still be true. */
const URGENT = 1;
/** No permission is held on an agent that is not there: any answer but 401 shows that the account is accepted. */
const NO_AGENT = "/cli/agentCLI/info?agent=drydock-login-probe";
const UPGRADE = "upgrade of an agent";

export function createHttp(settings: HttpSettings, ports: ConnectionPorts & { readonly random: Random }): Http {
  const queue = new PQueue({ concurrency: AT_ONCE });
  const authorization = authorizationOf(settings.credentials);
  const hide = hider(settings.credentials, authorization);
  const { name, variable } = settings;
  const connections = openConnections(settings, authorization, ports);
  const { send } = connections;
  const bad = createBadAnswers(name, hide);
  const retryAfter = createRetryAfter(name, ports.clock);
  let closed = false;
  const repeats = createRepeats();
  const login =
    variable === undefined ? undefined : createLoginGate({ server: name, variable, ...ports, ask: askPlainly });

  async function askPlainly(): Promise<number | undefined> {
    try {
      return (await send("GET", NO_AGENT, {})).status;
    } catch {
      return undefined;
    }
  }

  /** As `send`, unless Drydock's own account is refused. */
  async function ask(...[method, path, options]: Parameters<typeof send>): Promise<RawAnswer> {
    if (!login || options.anyone) return await send(method, path, options);
    if (method === "GET") await login.pass();
    else login.check();
    const answer = await send(method, path, options);
    if (answer.status === 401) await login.refused();
    return answer;
  }

  function enqueue<T>(work: () => Promise<T>, priority = 0): Promise<T> {
    if (queue.size >= MAX_QUEUE)
      throw new ServerError("unreachable", serverTrouble("too-many-waiting", name, { reason: `${MAX_QUEUE}` }));
    const unlessClosed = () => (closed ? Promise.reject(bad.closed()) : work());
    return queue.add(unlessClosed, { priority });
  }

  async function tryRead(what: string, path: string, options: ReadOptions): Promise<RawAnswer> {
    const wait = retryAfter.wait();
    if (wait === undefined) throw retryAfter.refusal();
    if (wait > 0) await pause(ports, wait, options.signal);
    for (let attempt = 1; ; attempt += 1) {
      const failure = await readOnce(what, path, options);
      const again = repeats.after(attempt, failure instanceof ServerError ? failure.fault : undefined);
      if (!(failure instanceof ServerError)) return failure;
      const asked = retryAfter.wait();
      if (!again || closed || asked === undefined || options.signal?.aborted) throw failure;
      const own = pauseAfter(attempt, FIRST_PAUSE) * (0.5 + ports.random.fraction());
      await pause(ports, Math.max(own, asked), options.signal);
    }
  }

  async function readOnce(what: string, path: string, options: ReadOptions): Promise<RawAnswer | ServerError> {
    let answer: RawAnswer;
    try {
      answer = await enqueue(() => ask("GET", path, options));
    } catch (error) {
      if (error instanceof ServerError) return error;
      return bad.noAnswer(error, what);
    }
    retryAfter.heard(answer);
    if (isNotTheApi(path, answer)) return bad.notTheApi(what, answer);
    const { status } = answer;
    const isAnswer = (options.anyone === true && status === 401) || (options.missing === true && status === 404);
    return isAnswer || (status >= 200 && status < 300) ? answer : bad.refusal(what, answer);
  }

  async function putText(what: string, path: string): Promise<string> {
    let answer: RawAnswer;
    try {
      answer = await enqueue(() => ask("PUT", path, {}));
    } catch (error) {
      if (error instanceof ServerError) throw error;
      throw bad.noAnswer(error, what);
    }
    if (isNotTheApi(path, answer)) throw bad.notTheApi(what, answer);
    if (answer.status < 200 || answer.status >= 300) throw bad.refusal(what, answer);
    return answer.body;
  }

  return {
    async text(what, path, options = {}) {
      return (await tryRead(what, path, options)).body;
    },
    page: (what, path, options = {}) => tryRead(what, path, options),
    async json(what, path, signal) {
      return bad.parse(what, path, await tryRead(what, path, { signal }));
    },
    async raw(path, options = {}) {
      try {
        return await enqueue(() => send("GET", path, options));
      } catch (error) {
        if (error instanceof ServerError) throw error;
        throw bad.noAnswer(error, null);
      }
    },
    async putOnce(path, notAfter = Number.POSITIVE_INFINITY) {
      const { clock } = ports;
      const moment = () => ({ wall: clock.now(), monotonic: clock.monotonic() });
      const asked = moment();
      // The monotonic clock of a machine that slept may have stood still.
      const inTime = () => clock.monotonic() <= notAfter && jumpBetween(asked, moment()) === 0;
      let answer: RawAnswer;
      try {
        answer = await enqueue(() => ask("PUT", path, { inTime }), URGENT);
      } catch (error) {
        if (error instanceof ServerError && error.fault === "login-refused")
          return { kind: "postponed", status: 401, text: "401", wait: login?.wait(), trouble: error.trouble };
        if (error instanceof ServerError) return { kind: "unsent", trouble: error.trouble };
        const trouble = serverTrouble("no-answer", name, { call: UPGRADE, reason: codeOf(error) });
        if (error instanceof TooLate) return { kind: "unsent", trouble, late: true };
        return isUnsent(error) ? { kind: "unsent", trouble } : { kind: "uncertain", text: codeOf(error) };
      }
      return judgePut(path, { ...answer, body: hide(answer.body), location: hide(answer.location) }, clock.now());
    },
    async put(what, path) {
      return short(hide(await putText(what, path)));
    },
    async close() {
      // The queue is not cleared: what waits in it would never settle.
      closed = true;
      await connections.close();
    },
  };
}

function pause({ clock }: { readonly clock: Clock }, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => {
      ignore();
      resolve();
    });
    const ignore = onAbort(signal, () => {
      cancel();
      resolve();
    });
  });
}
