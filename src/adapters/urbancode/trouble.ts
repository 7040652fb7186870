const OTHER_TLS =
  "it speaks no version of TLS that Drydock takes (1.2 or later, unless tls.minVersion says otherwise for this server)";

/** What a failed request says about itself, by error code and never by message text. */
const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was lost",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
  EHOSTUNREACH: "there is no way to its host",
  ENETUNREACH: "there is no way to its network",
  ETIMEDOUT: "the connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out",
  UND_ERR_SOCKET: "the connection was lost",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "the answer was larger than Drydock takes",
  UND_ERR_HEADERS_TIMEOUT: "no answer in time",
  UND_ERR_BODY_TIMEOUT: "the answer did not end in time",
  TimeoutError: "no answer in time",
  AbortError: "Drydock gave the request up",
  TOO_LATE: "it could not be sent in time, so Drydock did not send it",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed: put the certificate's file under caFile",
  SELF_SIGNED_CERT_IN_CHAIN:
    "its certificate is signed by an authority that is not known here: put that authority's file under caFile",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "its certificate is signed by an authority that is not known here: put that authority's file under caFile",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "its certificate is signed by an authority that is not known here: put that authority's file under caFile",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OTHER_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OTHER_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS there: is it the right port, and https?",
};

/** Faults in which not one byte of the request has left. */
const UNSENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "TOO_LATE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  "ERR_SSL_UNSUPPORTED_PROTOCOL",
]);

export function sentenceOf(error: unknown): string {
  const code = codeOf(error);
  return SENTENCES[code] ?? `the request failed (${code})`;
}

export function isUnsent(error: unknown): boolean {
  return UNSENT.has(codeOf(error));
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  if (error.cause !== undefined) return codeOf(error.cause);
  return error.name;
}
