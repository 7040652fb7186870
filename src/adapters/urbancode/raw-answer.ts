export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  /** The Date header; empty where there is none. */
  readonly date: string;
  /** The Retry-After header, likewise. */
  readonly retryAfter: string;
  /** The Location header, likewise. */
  readonly location: string;
}
