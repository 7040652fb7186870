import type { Reply } from "./answers.ts";

const LOGIN_PAGE = `<!DOCTYPE html>
<html><head><title>Sign in</title></head>
<body><form action="/login" method="post"><input name="user"/><input name="password" type="password"/></form></body></html>`;
const LOGIN_URL = "https://sso.example.com/login";
const LOGGED_OUT = "Error 401: Unauthorized. You must be logged in or provide credentials.";

/** What a server, or what stands before it, may answer in place of what was asked for. `slow` is its own answer, late. */
const REPLIES = {
  "login-page": () => page(200, LOGIN_PAGE),
  redirect: () => ({ status: 302, type: "text/html", body: "", headers: { location: LOGIN_URL } }),
  unauthorized: () => plain(401, LOGGED_OUT),
  timeout: () => plain(408, "Request Timeout"),
  conflict: () => plain(409, "Conflict: the object was changed by another user"),
  "too-early": (retryAfter) => plain(425, "Too Early", retryAfter),
  "too-many": (retryAfter) => plain(429, "Too Many Requests", retryAfter),
  "unexpected-type": () => ({ status: 200, type: "application/xml", body: "<answer/>" }),
  slow: () => undefined,
} satisfies Readonly<Record<string, (retryAfter: number | undefined) => Reply | undefined>>;

export const ANSWER_KINDS = Object.keys(REPLIES) as readonly (keyof typeof REPLIES)[];

export interface AnswerOrder {
  readonly kind: (typeof ANSWER_KINDS)[number] | "none";
  /** Which requests get it. `upgrades` are the PUTs that ask for one. */
  readonly to: "reads" | "upgrades";
  /** How often; left out = until something else is ordered. */
  readonly times?: number | undefined;
  /** Seconds in a Retry-After header; left out = there is none. */
  readonly retryAfter?: number | undefined;
  /** Whether the server does all the same what it was asked for. */
  readonly taken?: boolean | undefined;
  /** By how many seconds of the server's clock `slow` is late. */
  readonly seconds?: number | undefined;
}

/** An answer that somebody has ordered for one request. */
export interface Ordered {
  /** Undefined: the server's own. */
  readonly reply: Reply | undefined;
  readonly taken: boolean;
  /** By how many ms it is late. */
  readonly delay: number;
}

/** Answers on order, for reads and for upgrades apart; the newest order of each holds. */
export class OrderedAnswers {
  readonly #orders = new Map<AnswerOrder["to"], AnswerOrder & { left: number }>();

  order(order: AnswerOrder): void {
    const { kind, to, times = Number.POSITIVE_INFINITY } = order;
    if (kind !== "none" && !ANSWER_KINDS.includes(kind))
      throw new Error(`There is no answer "${kind}". Known: none, ${ANSWER_KINDS.join(", ")}.`);
    if (to !== "reads" && to !== "upgrades") throw new Error(`"to" wants reads or upgrades, not "${to}".`);
    if (!(times >= 1)) throw new Error(`"times" wants a number from 1 on, not "${times}".`);
    if (kind === "none") this.#orders.delete(to);
    else this.#orders.set(to, { ...order, left: times });
  }

  /** The answer to this request; undefined where none is ordered. */
  take(method: string, path: string): Ordered | undefined {
    const order = this.#orders.get(method === "GET" ? "reads" : "upgrades");
    if (!order || order.kind === "none" || (method !== "GET" && path !== "/cli/agentCLI/upgrade")) return undefined;
    order.left -= 1;
    if (order.left <= 0) this.#orders.delete(order.to);
    const late = order.kind === "slow";
    return {
      reply: REPLIES[order.kind](order.retryAfter),
      taken: late || order.taken === true,
      delay: late ? (order.seconds ?? 2) * 1_000 : 0,
    };
  }
}

function page(status: number, body: string): Reply {
  return { status, type: "text/html;charset=UTF-8", body };
}

function plain(status: number, body: string, retryAfter?: number): Reply {
  const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return { status, type: "text/plain", body, headers };
}
