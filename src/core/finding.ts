import type { UnknownStatus } from "./agent.ts";
import type { Families } from "./families.ts";
import type { Piece } from "./sentence.ts";

/** How much it stands in the way: nothing can begin, it will hurt, it is good to know, it is in order. Worst first. */
export const LEVELS = ["stop", "warn", "note", "fine"] as const;
export type Level = (typeof LEVELS)[number];

export const TOPICS = ["preflight", "order", "path", "relays", "inactive", "tls", "java"] as const;
export type Topic = (typeof TOPICS)[number];

/** A sentence in which something may stand that is said to Drydock (without the slash word). */
export type Sentence = readonly (Piece | { readonly say: string })[];

type None = Readonly<Record<string, never>>;
interface Agents {
  /** How many agents it concerns. */
  readonly agents: number;
}
/** One version, or several of which one is meant. */
type Versions = readonly string[];

/** What changes with a version that an upgrade path passes. */
export type Change =
  | {
      readonly what: "relays-shown-to-few" | "inactive-setting-gone" | "jms-warned" | "jar-moved";
      readonly from: string;
    }
  | { readonly what: "java"; readonly from: string; readonly java: number };

/** Every finding of the vendor's guide, with what belongs to it. A code keeps its meaning for ever: the ledger holds it. */
export interface FindingCauses {
  /** An older version's own sentence, as the ledger holds it. */
  readonly recorded: { readonly sentence: Sentence };

  // Statuses and names.
  readonly "upgrade-required": Agents;
  readonly "error-or-connecting": Agents;
  readonly offline: Agents;
  readonly "never-contacted": Agents;
  readonly "upgrade-recommended": Agents;
  readonly "unknown-status": Agents & { readonly statuses: readonly UnknownStatus[] };
  readonly "no-agents-visible": None;
  readonly "all-online": None;
  readonly "names-shared": Agents;

  // Clocks, contact and communication.
  readonly "clock-unknown": None;
  /** `ahead`: by how many ms the server's clock is ahead of Drydock's. */
  readonly "clocks-apart": { readonly ahead: number };
  readonly "contact-unknown": None;
  readonly silent: Agents & { readonly minutes: number };
  readonly "long-offline": Agents & { readonly days: number };
  /** `since`: from this version on servers warn of it. */
  readonly jms: Agents & { readonly since: string };

  // The server first, then its agents.
  readonly "server-version-unknown": None;
  readonly "newer-than-server": Agents & { readonly serverVersion: string; readonly families: Families };
  readonly "none-newer": { readonly serverVersion: string };
  readonly "too-old-to-deploy": Agents;
  readonly "agent-versions-unknown": Agents;

  // The path between two versions.
  readonly "path-in-one-step": { readonly stops: readonly Versions[] };
  readonly "path-with-stops": { readonly stops: readonly Versions[] };
  readonly "path-step": {
    readonly from: Versions;
    readonly to: Versions;
    readonly relays: "all" | "together" | "after";
    readonly changes: readonly Change[];
  };
  readonly "stop-skipped": Agents & { readonly stop: Versions; readonly families: Families };

  // Relays, with the agents behind them.
  readonly "relays-down": Agents & { readonly relays: number };
  readonly "relays-lag": Agents & {
    readonly relays: number;
    readonly minimum: string | null;
    readonly families: Families;
  };
  readonly "relays-unreported": { readonly relays: number };
  readonly "relays-not-compared": None;
  readonly "relays-well": { readonly relays: number; readonly minimum: string | null };
  readonly "relays-hidden": Agents & { readonly relays: number };
  readonly "no-relays-visible": Agents;
  readonly "relays-unread": Agents;

  /** `inactive`: null = not read. */
  readonly "inactive-listed": { readonly inactive: number | null };
  readonly "inactive-not-listed": None;
  readonly "inactive-setting-unknown": None;
  /** `since`: from this version on servers have no setting for them. */
  readonly "inactive-setting-gone": { readonly since: string };

  // Agents that may speak only SSLv3: those below a version. `unknown`: how many report no version.
  readonly "sslv3-undocumented": { readonly families: Families };
  readonly "sslv3-none-known": { readonly below: string; readonly unknown: number };
  readonly "sslv3-possible": Agents & {
    readonly below: string;
    readonly unknown: number;
    readonly families: Families;
  };

  /** `version`: the server's, which needs this Java; `higher-java`: more than a version of its agents did. */
  readonly "same-java": { readonly version: string; readonly java: number };
  readonly "higher-java": { readonly version: string; readonly java: number };
}

type CauseOf<C extends keyof FindingCauses> = C extends unknown
  ? { readonly code: C; readonly params: FindingCauses[C] }
  : never;

/** What Drydock found, as data. `findingText` words it when somebody reads it, so the ledger stores no sentence of ours. */
export type FindingCause = CauseOf<keyof FindingCauses>;

/** One thing that the vendor's guide has to say about an upgrade. */
export interface Finding {
  readonly topic: Topic;
  readonly level: Level;
  readonly cause: FindingCause;
  /** Whom it concerns: how many is in the cause, and names go only to people who may view them. */
  readonly agents?: readonly { readonly id: string; readonly name: string }[];
}

/** What stands of a finding on the card of a plan, and is kept with a request. */
export type ShortFinding = Pick<Finding, "level" | "cause">;

export function shortened(findings: readonly ShortFinding[]): readonly ShortFinding[] {
  return findings.map(({ level, cause }) => ({ level, cause }));
}

/** What the configuration knows about a server's agents that no server tells. */
export interface GuideSettings {
  /** Agents below this version may speak only SSLv3; undefined = nobody has said. */
  readonly sslv3Below?: string | undefined;
}

/** Findings of one level stay in the order of their topics, and within a topic in their own. */
export function worstFirst<F extends Pick<Finding, "level" | "topic">>(findings: readonly F[]): readonly F[] {
  const weight = ({ level, topic }: F) => LEVELS.indexOf(level) * TOPICS.length + TOPICS.indexOf(topic);
  return [...findings].sort((a, b) => weight(a) - weight(b));
}
