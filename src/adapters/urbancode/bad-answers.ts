import { CLOSED, serverTrouble } from "../../core/server-trouble.ts";
import { ServerError } from "../../model/deploy-server.ts";
import { inItsPlace, isApiPath } from "./not-the-api.ts";
import { short } from "./quote.ts";
import type { RawAnswer } from "./raw-answer.ts";
import { codeOf } from "./unsent.ts";

interface BadAnswers {
  /** The server answered with a status that refuses or fails the call. */
  refusal(what: string, answer: RawAnswer): ServerError;
  /** Something else than the API answered. */
  notTheApi(what: string, answer: RawAnswer): ServerError;
  /** The connection failed. */
  noAnswer(error: unknown, call: string | null): ServerError;
  /** Drydock closed its connections before the request was sent. */
  closed(): ServerError;
  /** The JSON of an answer. Throws ServerError if it is none. */
  parse(what: string, path: string, answer: RawAnswer): unknown;
}

/** What went wrong with a call, as a ServerError; `hide` takes secrets out of what the server sent. */
export function createBadAnswers(name: string, hide: (text: string) => string): BadAnswers {
  function notTheApi(what: string, answer: RawAnswer): ServerError {
    const text = inItsPlace({ ...answer, body: hide(answer.body), location: hide(answer.location) });
    const { status } = answer;
    return new ServerError("not-the-api", serverTrouble("not-the-api", name, { call: what, status, text }), status);
  }

  return {
    notTheApi,
    refusal(what, { status, body }) {
      const isRedirect = status >= 300 && status < 400;
      const kind = isRedirect ? "redirected" : "answered";
      const trouble = serverTrouble(kind, name, { call: what, status, text: short(hide(body)) });
      if (isRedirect || [400, 401, 403].includes(status)) return new ServerError("denied", trouble, status);
      return new ServerError(status === 404 ? "not-found" : "failing", trouble, status);
    },
    noAnswer: (error, call) =>
      new ServerError("unreachable", serverTrouble("no-answer", name, { call, reason: codeOf(error) })),
    closed: () => new ServerError("unreachable", serverTrouble("no-answer", name, { reason: CLOSED })),
    parse(what, path, answer) {
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
    },
  };
}
