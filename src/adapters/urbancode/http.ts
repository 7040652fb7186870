import type { SecureVersion } from "node:tls";
import PQueue from "p-queue";
import { Agent, request } from "undici";
import { pauseAfter } from "../../core/backoff.ts";
import { jumpBetween } from "../../core/clock-jump.ts";
import type { Clock, Random } from "../../core/ports.ts";
import { serverTrouble } from "../../core/server-trouble.ts";
import { AT_ONCE, ServerError, type TriggerResult } from "../../model/deploy-server.ts";
import { authorizationOf, type Credentials, hider } from "./credentials.ts";
import { judgePut } from "./judge-put.ts";
import { createLoginGate } from "./login-gate.ts";
import { sendingOnlyIf, TooLate } from "./not-after.ts";
import { inItsPlace, isApiPath, isNotTheApi } from "./not-the-api.ts";
import { short } from "./quote.ts";
import type { RawAnswer } from "./raw-answer.ts";
import { createRetryAfter } from "./retry-after.ts";
import { codeOf, isUnsent } from "./trouble.ts";

export interface HttpSettings {
  readonly name: string;
  readonly url: string;
  readonly credentials: Credentials;
  /** The environment's variable with the secret of Drydock's own account; left out = it is somebody else's. */
  readonly variable?: string | undefined;
  /** PEM text of certificates to trust in place of those that Node comes with. */
  readonly ca?: string | undefined;
  /** The oldest TLS that is spoken with it; left out = 1.2. */
  readonly minTls?: SecureVersion | undefined;
  /** Milliseconds for one request, its body included. */
  readonly requestDeadline: number;
}

export interface Http {
  /** GET with retries; the text of a 2xx answer. Throws ServerError. */
  text(what: string, path: string, options?: { signal?: AbortSignal | undefined; anyone?: boolean }): Promise<string>;
  /** The same with its headers. */
  page(
    what: string,
    path: string,
    options?: { signal?: AbortSignal | undefined; anyone?: boolean },
  ): Promise<RawAnswer>;
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

const TRIES = 3;
/** Between the first try and the second, in ms. */
const FIRST_PAUSE = 500;
const MAX_QUEUE = 5_000;
/** The trigger goes before reads that wait: what was looked at a moment ago should still be true. */
const URGENT = 1;
/** A small documented call. What it answers does not matter here, as long as it is not 401. */
const FOR_EVERYBODY = "/cli/agentCLI/usage";
const UPGRADE = "upgrade of an agent";
const LARGEST_BODY = 64 * 1024 * 1024;

export function createHttp(settings: HttpSettings, ports: { readonly clock: Clock; readonly random: Random }): Http {
  const base = settings.url.replace(/\/+$/, "");
  const connect = tlsOptions(settings);
  const reads = new Agent({ connections: AT_ONCE, connect, maxResponseSize: LARGEST_BODY });
  // A connection of its own for every PUT: on a kept one, a request whose socket turns out to be closed would be sent again.
  const writes = new Agent({ connect, pipelining: 0, maxResponseSize: LARGEST_BODY });
  const queue = new PQueue({ concurrency: AT_ONCE });
  const authorization = authorizationOf(settings.credentials);
  const hide = hider(settings.credentials, authorization);
  const { name, variable } = settings;
  const retryAfter = createRetryAfter(name, ports.clock);
  const login =
    variable === undefined ? undefined : createLoginGate({ server: name, variable, ...ports, ask: askPlainly });

  async function askPlainly(): Promise<number | undefined> {
    try {
      return (await send("GET", FOR_EVERYBODY, {})).status;
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

  async function send(
    method: "GET" | "PUT",
    path: string,
    options: { signal?: AbortSignal | undefined; anyone?: boolean; inTime?: () => boolean },
  ): Promise<RawAnswer> {
    if (options.inTime?.() === false) throw new TooLate();
    const deadline = new AbortController();
    const cancel = ports.clock.after(settings.requestDeadline, () =>
      deadline.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
    );
    try {
      const response = await request(base + path, {
        method,
        dispatcher: method === "GET" ? reads : options.inTime ? sendingOnlyIf(options.inTime, writes) : writes,
        headers: { accept: "application/json, text/plain, */*", ...(options.anyone ? {} : { authorization }) },
        signal: options.signal ? AbortSignal.any([deadline.signal, options.signal]) : deadline.signal,
        ...(method === "PUT" ? { reset: true } : {}),
      });
      const header = (name: string) => String(response.headers[name] ?? "");
      return {
        status: response.statusCode,
        body: await response.body.text(),
        type: header("content-type"),
        date: header("date"),
        retryAfter: header("retry-after"),
        location: header("location"),
      };
    } finally {
      cancel();
    }
  }

  function enqueue<T>(work: () => Promise<T>, priority = 0): Promise<T> {
    if (queue.size >= MAX_QUEUE)
      throw new ServerError("unreachable", serverTrouble("too-many-waiting", name, { reason: `${MAX_QUEUE}` }));
    return queue.add(work, { priority });
  }

  async function tryRead(
    what: string,
    path: string,
    options: { signal?: AbortSignal | undefined; anyone?: boolean },
  ): Promise<RawAnswer> {
    const wait = retryAfter.wait();
    if (wait === undefined) throw retryAfter.refusal();
    if (wait > 0) await pause(ports, wait, options.signal);
    for (let attempt = 1; ; attempt += 1) {
      const failure = await readOnce(what, path, options);
      if (!(failure instanceof ServerError)) return failure;
      const again = failure.fault === "failing" || failure.fault === "unreachable";
      const asked = retryAfter.wait();
      if (!again || asked === undefined || attempt >= TRIES || options.signal?.aborted) throw failure;
      const own = pauseAfter(attempt, FIRST_PAUSE) * (0.5 + ports.random.fraction());
      await pause(ports, Math.max(own, asked), options.signal);
    }
  }

  async function readOnce(
    what: string,
    path: string,
    options: { signal?: AbortSignal | undefined; anyone?: boolean },
  ): Promise<RawAnswer | ServerError> {
    let answer: RawAnswer;
    try {
      answer = await enqueue(() => ask("GET", path, options));
    } catch (error) {
      if (error instanceof ServerError) return error;
      return noAnswer(error, what);
    }
    retryAfter.heard(answer);
    if (isNotTheApi(path, answer)) return notTheApi(what, answer);
    const fine = (answer.status >= 200 && answer.status < 300) || (options.anyone === true && answer.status === 401);
    return fine ? answer : refusal(settings.name, what, { ...answer, body: hide(answer.body) });
  }

  function notTheApi(what: string, answer: RawAnswer): ServerError {
    const text = inItsPlace({ ...answer, body: hide(answer.body), location: hide(answer.location) });
    const { status } = answer;
    return new ServerError("not-the-api", serverTrouble("not-the-api", name, { call: what, status, text }), status);
  }

  function noAnswer(error: unknown, call: string | null): ServerError {
    return new ServerError("unreachable", serverTrouble("no-answer", name, { call, reason: codeOf(error) }));
  }

  function parse(what: string, path: string, answer: RawAnswer): unknown {
    const { status, body } = answer;
    try {
      return JSON.parse(body) as unknown;
    } catch {
      if (isApiPath(path)) throw notTheApi(what, answer);
      throw new ServerError(
        "unreadable",
        serverTrouble("not-json", name, { call: what, status, text: short(hide(body)) }),
        status,
      );
    }
  }

  async function putText(what: string, path: string): Promise<string> {
    let answer: RawAnswer;
    try {
      answer = await enqueue(() => ask("PUT", path, {}));
    } catch (error) {
      if (error instanceof ServerError) throw error;
      throw noAnswer(error, what);
    }
    if (isNotTheApi(path, answer)) throw notTheApi(what, answer);
    if (answer.status < 200 || answer.status >= 300)
      throw refusal(settings.name, what, { ...answer, body: hide(answer.body) });
    return answer.body;
  }

  return {
    async text(what, path, options = {}) {
      return (await tryRead(what, path, options)).body;
    },
    page: (what, path, options = {}) => tryRead(what, path, options),
    async json(what, path, signal) {
      return parse(what, path, await tryRead(what, path, { signal }));
    },
    async raw(path, options = {}) {
      try {
        return await enqueue(() => send("GET", path, options));
      } catch (error) {
        if (error instanceof ServerError) throw error;
        throw noAnswer(error, null);
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
      return short(await putText(what, path));
    },
    async close() {
      queue.clear();
      await Promise.all([reads.destroy(), writes.destroy()]);
    },
  };
}

const OLD_TLS: readonly SecureVersion[] = ["TLSv1", "TLSv1.1"];

function tlsOptions({ ca, minTls = "TLSv1.2" }: HttpSettings) {
  return {
    minVersion: minTls,
    // Said here, it holds whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    ...(ca ? { ca } : {}),
    // OpenSSL 3 takes the signatures of TLS 1.0 and 1.1 at this level alone.
    ...(OLD_TLS.includes(minTls) ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
  };
}

function refusal(server: string, what: string, { status, body }: RawAnswer): ServerError {
  const isRedirect = status >= 300 && status < 400;
  const kind = isRedirect ? "redirected" : "answered";
  const trouble = serverTrouble(kind, server, { call: what, status, text: short(body) });
  if (isRedirect || [400, 401, 403].includes(status)) return new ServerError("denied", trouble, status);
  return new ServerError(status === 404 ? "not-found" : "failing", trouble, status);
}

function pause({ clock }: { readonly clock: Clock }, ms: number, given?: AbortSignal): Promise<void> {
  // Many reads share one signal, and Node takes more than ten listeners of one for a leak.
  const signal = given && AbortSignal.any([given]);
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done);
    function done(): void {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
}
