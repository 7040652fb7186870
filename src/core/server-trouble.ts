import type { Sentence } from "./sentence.ts";

/** What came of a call to a server in place of an answer that can be used, as data. */
export interface ServerTrouble {
  readonly kind:
    | "no-answer"
    | "answered"
    | "redirected"
    | "not-the-api"
    | "not-json"
    | "unknown-shape"
    | "login-refused"
    | "too-many-waiting"
    | "too-many-rows"
    /** Only `text` is known. */
    | "other";
  readonly server: string;
  /** What was asked for. */
  readonly call: string | null;
  readonly status: number | null;
  /** Why there was no answer: an error code. For a refused login: the variable that holds the account's secret. */
  readonly reason: string | null;
  /** What the server answered, short and on one line. */
  readonly text: string | null;
}

export function serverTrouble(
  kind: ServerTrouble["kind"],
  server: string,
  more: Partial<Omit<ServerTrouble, "kind" | "server">> = {},
): ServerTrouble {
  return { kind, server, call: null, status: null, reason: null, text: null, ...more };
}

export function serverTroubleText({ kind, server, call, status, reason, text }: ServerTrouble): Sentence {
  const asked = call === null ? "" : ` to "${call}"`;
  const quoted: Sentence = ['"', { data: text ?? "" }, '"'];
  switch (kind) {
    case "no-answer":
      return [`${server} gave no answer${asked}: ${connectionWords(reason ?? "unknown")}`];
    case "answered":
      return [`${server} answered ${status}${asked}: `, ...quoted];
    case "redirected":
      return [`${server} answered ${status}${asked}: `, ...quoted, " (a redirect, to a login page perhaps)"];
    case "not-the-api":
      return [`${server} answered "${call}" with something that is not its API: `, { data: text ?? "" }];
    case "not-json":
      return [`${server} answered "${call}" with something that is not JSON: `, ...quoted];
    case "unknown-shape":
      return [`${server} answered "${call}" in a shape that Drydock does not know.`];
    case "login-refused":
      return [
        `${server} refuses Drydock's own account (401): check ${reason}. Drydock asks for nothing else there until the server accepts it.`,
      ];
    case "too-many-waiting":
      return [`${server}: ${reason} requests are waiting already. Try again in a minute.`];
    case "too-many-rows":
      return [`${server} lists ${reason} running deployments, the most that one answer holds. Others may run.`];
    case "other":
      return [{ data: text ?? "" }];
  }
}

/** The code of a request that failed because Drydock closed its own connections: it says nothing about the server. */
export const CLOSED = "UND_ERR_DESTROYED";

/** Whether it stays until a person acts: the account or the certificate is refused, or something else answers in the server's place. */
export function needsPerson({ kind, reason }: ServerTrouble): boolean {
  if (kind === "no-answer") return reason !== null && (UNTRUSTED.has(reason) || reason.startsWith("ERR_SSL_"));
  return kind === "login-refused" || kind === "redirected" || kind === "not-the-api";
}

/** The codes of a request that was not sent, because the server's certificate is not trusted. */
export const UNTRUSTED: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Why a request failed, by its error code and never by a message's text. */
export function connectionWords(code: string): string {
  return REASONS[code] ?? `the request failed (${code})`;
}

const OTHER_TLS =
  "it speaks no version of TLS that Drydock accepts (1.2 or later; only a configuration file can allow an older one, with tls.minVersion)";

const UNKNOWN_AUTHORITY =
  "its certificate is signed by an authority that is not known here: name that authority's file under caFile, or with --ca on the command line";

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was lost",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
  EHOSTUNREACH: "there is no way to its host",
  ENETUNREACH: "there is no way to its network",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
  UND_ERR_SOCKET: "the connection was lost",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "the answer was larger than Drydock accepts",
  UND_ERR_HEADERS_OVERFLOW: "the answer was larger than Drydock accepts",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  UND_ERR_BODY_TIMEOUT: "the answer did not end in time",
  TimeoutError: "no answer in time",
  [CLOSED]: "Drydock itself closed the connection: a token was replaced or unlinked, or Drydock ends",
  AbortError: "Drydock gave the request up",
  TOO_LATE: "it could not be sent in time, so Drydock did not send it",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "its certificate is self-signed: name its file under caFile, or with --ca on the command line",
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OTHER_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OTHER_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS there: is it the right port, and https?",
};
