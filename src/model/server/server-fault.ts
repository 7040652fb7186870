/** Why a call to a server gave no answer that can be used. */
export type ServerFault =
  /** 400, 401, 403: the account may not, or the request is wrong; these servers do not tell the two apart. */
  | "denied"
  | "not-found"
  /** 5xx, 409 after the last retry. */
  | "failing"
  /** No answer in time, connection refused or lost, TLS or DNS trouble. */
  | "unreachable"
  /** An answer of another shape than any that is known. */
  | "unreadable"
  /** A page, a redirect or another type of answer: something else answers in the place of the server's API. */
  | "not-the-api"
  /** Drydock's own account is refused (401), whatever is asked. */
  | "login-refused";
