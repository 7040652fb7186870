/** What the monitor of a server knows now and the ledger does not hold. */
export interface ServerStatus {
  readonly server: string;
  /** When it was published, in ms since 1970. */
  readonly at: number;
  /** Whether the server answered when it was last asked. */
  readonly answers: boolean;
  /** What came in place of its answers, while it does not simply give none. */
  readonly strange?: string | undefined;
  /** Whether all of it was looked at since its monitor started. */
  readonly lookedAround: boolean;
  /** Why nothing begins though it answers. */
  readonly blocked?: string | undefined;
  /** Which other configured name it has. */
  readonly twin?: string | undefined;
  /** How many slots are open now, of how many, and why fewer. */
  readonly slots: { readonly open: number; readonly of: number; readonly why?: string | undefined };
  /** Agents that wait until a deployment on them ends, by rollout. */
  readonly busy: readonly BusyAgents[];
}

export interface BusyAgents {
  readonly rollout: string;
  /** The names of the first of them. */
  readonly agents: readonly string[];
  readonly more: number;
}

/** Where monitors publish how their servers are. It is worth keeping only until the next one. */
export interface ServerStatuses {
  /** Takes the place of what was published about the server before. Never throws. */
  publish(status: ServerStatus): void;
  /** The newest one, and for how many ms it has been published, by the clock that never jumps as far as possible. Never throws. */
  of(server: string): { readonly status: ServerStatus; readonly age: number } | undefined;
  /** Calls back when one was published here. What was published elsewhere is seen at the next look. */
  onChange(listener: () => void): () => void;
}
