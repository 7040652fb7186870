/** What is published about a server. */
export interface Published {
  readonly server: string;
  /** When, in ms since 1970. */
  readonly at: number;
}

/** Where monitors publish how their servers are. It is worth keeping only until the next one. */
export interface Statuses<Status extends Published> {
  /** Takes the place of what was published about the server before. Never throws. */
  publish(status: Status): void;
  /** The newest one, and for how many ms it has been published, by the clock that never jumps as far as possible. Never throws. */
  of(server: string): { readonly status: Status; readonly age: number } | undefined;
  /** Calls back when one was published here, and where other processes publish, after a look found one of theirs. */
  onChange(listener: () => void): () => void;
}
