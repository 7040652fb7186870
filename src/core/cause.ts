import type { ServerTrouble } from "./server-trouble.ts";

/** What a cause is about: ids, names, numbers, times in ms, text from outside. Never a sentence of ours. */
export type Param = string | number | boolean | null | readonly Param[];
export interface Params {
  readonly [name: string]: Param;
}

/** An agent as it was agreed to, and as it is. `was`: null = it was not in the plan. `teams`: null = not read. */
export interface AgentChange {
  readonly was: ChangedAgent | null;
  readonly is: ChangedAgent;
}

interface ChangedAgent {
  readonly name: string;
  readonly version: string | null;
  readonly teams: readonly { readonly id: string; readonly name: string }[] | null;
}

type None = Readonly<Record<string, never>>;
type Texts = readonly string[];

/** Every cause outside the gates, with what belongs to it. A code keeps its meaning for ever: the ledger holds it. */
export interface Causes {
  /** An older version's own sentence, as the ledger holds it. */
  readonly recorded: { readonly text: string };
  /** The server's own words. */
  readonly "server-said": { readonly text: string };

  // Why an agent or a relay is not in a plan.
  readonly "lacks-permission": { readonly permissions: Texts };
  /** On `agents` of the `of` agents behind a relay. */
  readonly "lacks-permission-behind": { readonly permissions: Texts; readonly agents: number; readonly of: number };
  /** Held on no team at all. */
  readonly "lacks-permission-anywhere": { readonly permissions: Texts };
  readonly "id-too-long": { readonly length: number; readonly max: number };
  /** `reason`: the configuration's. */
  readonly "never-list": { readonly reason: string };
  readonly claimed: { readonly rollout: string };
  readonly inactive: None;
  readonly "newer-than-server": { readonly version: string | null; readonly serverVersion: string | null };
  readonly "unsupported-platform": { readonly name: string };
  readonly "over-limit": { readonly limit: number };
  /** It was in the plan that was agreed to, and is not in a newer one that says nothing of it. */
  readonly "not-selected": None;
  readonly "relay-offline": None;
  readonly "relay-version-unknown": None;
  readonly "relay-up-to-date": { readonly version: string | null };
  readonly "relay-newer": { readonly serverVersion: string | null };
  readonly "relay-agents-unknown": None;
  readonly "relay-agents-hidden": { readonly counted: number; readonly listed: number };

  // Why an agent was left out when its turn came.
  /** A deployment still ran on it. `waited`: for how long Drydock waited, in ms; null = not known. */
  readonly "busy-agent": { readonly waited: number | null };
  readonly "upgraded-externally": { readonly version: string | null };
  readonly "offline-before-turn": None;
  readonly "inactive-now": None;
  readonly "unknown-status": { readonly status: string };
  readonly "upgrade-not-needed": { readonly status: string; readonly version: string | null };
  readonly "owner-lacks-permission": { readonly permissions: Texts };
  readonly "account-lacks-permission": { readonly permissions: Texts };

  // What is known of an attempt's end besides its kind.
  /** Another rollout asked for it after it had failed. */
  readonly "upgraded-by-rollout": { readonly rollout: string; readonly version: string | null };
  readonly "at-version": { readonly version: string | null };
  readonly "shown-as": { readonly status: string };
  readonly "comes-and-goes": None;
  readonly namesake: { readonly id: string; readonly status: string; readonly version: string | null };
  readonly "no-answer": None;
  readonly "back-at-version": { readonly version: string | null };

  // Why an offline agent is not waited for any more.
  readonly "not-listed": None;
  readonly "back-at-other-version": { readonly version: string | null; readonly before: string | null };
  readonly "back-and-well": None;
  readonly "not-back-in-time": None;
  readonly "not-back-when-stopped": None;

  // What came of a relay's turn.
  readonly "relay-unread": None;
  readonly "relay-at-other-version": None;
  readonly "relay-more-agents": { readonly agents: number };
  readonly "relay-stayed-offline": None;
  readonly "relay-agents-in-flight": None;
  readonly "relay-agents-deploying": None;
  readonly "owner-rights-unread": None;
  readonly "rollout-stopped": None;
  readonly "relay-not-begun": None;
  readonly "relay-older": { readonly version: string | null; readonly before: string | null };
  readonly "relay-unchanged": { readonly version: string | null };
  readonly "relay-not-back": None;

  // Why a rollout pauses itself.
  /** `limit` agents, or `share` percent of at least `limit` finished ones. `cause` and `relay` say which failures count together. */
  readonly "too-many-failures": {
    readonly failed: number;
    readonly finished: number;
    readonly limit: number;
    readonly share: number | null;
    readonly cause: string | null;
    readonly relay: string | null;
  };
  readonly "canary-failed": { readonly outcome: string };
  readonly "canaries-stable": { readonly stable: number; readonly canaries: number };
  readonly "relay-unwell": { readonly relay: string; readonly detail: Cause | null };
  readonly "relay-agents-missing": { readonly relay: string; readonly missing: number; readonly agents: number };

  /** `how`: as in `token.unlinked`. */
  readonly "own-token-ended": { readonly server: string; readonly how: string };
  readonly "own-token-failed": { readonly server: string; readonly why: Cause };
  readonly "owner-lost-permission": { readonly user: string; readonly permissions: Texts; readonly server: string };
  readonly "owner-may-not": { readonly user: string; readonly lacks: Cause };
  readonly "owner-is-other-user": { readonly server: string; readonly was: string; readonly now: string };
  readonly "rights-too-slow": { readonly server: string };

  /** `error`: why their identity or their rights do not hold, as the code of a UserError. */
  readonly "not-authorized": { readonly who: "owner" | "requester"; readonly error: string };
  /** Of `of` agents, or relays, that still wait. */
  readonly "lacks-permission-for-rest": {
    readonly user: string;
    readonly rollout: string;
    readonly units: "agents" | "relays";
    readonly lacking: number;
    readonly of: number;
    readonly lacks: Cause;
  };

  // Why what was agreed to is asked for again, or does not start.
  readonly "server-version-differs": { readonly before: string | null; readonly now: string | null };
  readonly "relays-added": None;
  readonly "relay-version-differs": None;
  readonly "more-behind-relays": None;
  readonly "agents-added": { readonly agents: number };
  readonly "agent-versions-differ": { readonly agents: number };
  readonly "options-differ": None;
  readonly "agents-renamed-or-moved": { readonly renamed: number; readonly moved: number };
  /** The first few of them. */
  readonly "agents-differ": { readonly changes: readonly AgentChange[] };
  /** `changes`: the first few of the `agents`. */
  readonly "waiting-agents-differ": { readonly agents: number; readonly changes: readonly AgentChange[] };
  readonly "start-time-missed": { readonly server: string };
  readonly "start-window-closed": { readonly server: string };
  readonly "start-moved": None;
  readonly "approval-required-now": { readonly server: string };
  /** `able`: how many people besides the requester can approve now. */
  readonly "too-few-approvers": { readonly server: string; readonly needed: number; readonly able: number };
  /** `others`: who may approve by the rules, besides those who ever asked for it or owned it. */
  readonly "too-few-may-approve": { readonly server: string; readonly needed: number; readonly others: number };

  // Why a failed agent is not tried again.
  readonly "retry-pending": None;
  readonly "may-still-upgrade": None;
  readonly "retried-enough": { readonly times: number };

  // What is wrong with a server, or with what Drydock reads of it.
  readonly "server-trouble": ServerTrouble;
  readonly "owner-unread": { readonly trouble: ServerTrouble };
  readonly "host-unread": { readonly agent: string; readonly trouble: ServerTrouble };
  /** Of inactive agents. `setting`: off, not told, or gone with the server's `version`. */
  readonly "inactive-not-taken": {
    readonly server: string;
    readonly setting: "off" | "not-told" | "gone";
    readonly version: string | null;
    readonly trouble: ServerTrouble | null;
  };
  /** How often each kind of failure came: `no-answer`, `error`, or a status. */
  readonly "server-failures": { readonly failures: readonly (readonly [kind: string, times: number])[] };

  // Why somebody's own token is of no use any more.
  readonly "token-not-stored": None;
  readonly "token-refused": { readonly server: string };
  readonly "token-of-another": { readonly was: string; readonly now: string };
}

type CauseOf<C extends keyof Causes> = C extends unknown ? { readonly code: C; readonly params: Causes[C] } : never;

/** A gate's: `<gate>.<code>`. The gate's own file words it. */
export interface GateCause {
  readonly code: `${string}.${string}`;
  readonly params: Params;
}

/** Why something is as it is, as data. It is worded when somebody reads it (causeText), so that no sentence of ours is stored. */
export type Cause = CauseOf<keyof Causes> | GateCause;

/** @param params what belongs to the code; left out where nothing does. */
export function cause<C extends keyof Causes>(
  ...[code, params]: Causes[C] extends None ? [code: C] : [code: C, params: Causes[C]]
): Cause {
  return { code, params: params ?? {} } as Cause;
}
