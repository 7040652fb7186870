import type { Agent } from "../domain/agent.ts";
import { matchesGlob } from "../domain/glob.ts";
import { makePlan, type Plan } from "../domain/plan.ts";
import type { VersionRange } from "../domain/version.ts";
import { parseVersion } from "../domain/version.ts";
import type { Board } from "./board.ts";
import type { Identities, Identity } from "./identity.ts";
import type { Clock, Random } from "./ports.ts";
import { readGrants, readMissing } from "./rights.ts";
import type { Site } from "./site.ts";
import { UserError } from "./user-error.ts";

/** Which agents a person asked for. */
export interface Selection {
  readonly statuses: readonly Agent["status"][];
  /** Names or globs; none = every agent. */
  readonly names: readonly string[];
  readonly exclude: readonly string[];
  readonly tag: string | undefined;
  readonly version: VersionRange | undefined;
  readonly limit: number | undefined;
  readonly slots: number | undefined;
  readonly reason: string | undefined;
}

/** A plan that somebody looks at: kept in memory for half an hour, for that person only. */
export interface Draft {
  readonly id: string;
  readonly person: string;
  readonly channel: string;
  readonly site: Site;
  readonly selection: Selection;
  /** The command that made it, to make it again. */
  readonly said: { readonly command: string; readonly args: readonly string[] };
  readonly plan: Plan;
  readonly madeAt: number;
}

/** What there is to plan from, read afresh. */
export interface Reading {
  readonly plan: Plan;
  readonly identity: Identity;
  /** Agents that were selected and are offline or cannot be judged: whether they need the upgrade is not known. */
  readonly unknown: number;
  /** Agents of the selected status, before names and filters. */
  readonly candidates: number;
}

export type Taken =
  | { readonly kind: "draft"; readonly draft: Draft }
  | { readonly kind: "used" }
  | { readonly kind: "lost" };

export interface Plans {
  read(site: Site, selection: Selection, slackId: string): Promise<Reading>;
  keep(draft: Omit<Draft, "id" | "madeAt">): Draft;
  /** Hands a draft out once: of two presses at the same moment one gets it. */
  take(id: string, slackId: string): Taken;
}

const KEPT = 500;
const LIFETIME = 30 * 60_000;

export function createPlans(ports: {
  readonly board: Board;
  readonly identities: Identities;
  readonly clock: Clock;
  readonly random: Random;
}): Plans {
  const { board, identities, clock, random } = ports;
  const drafts = new Map<string, Draft | "used">();

  return {
    async read(site, selection, slackId) {
      const identity = await identities.on(site, slackId);
      const [agents, serverVersion, grants] = await Promise.all([
        site.urbancode.list(),
        site.urbancode.version(),
        readGrants(site, identity.user),
      ]);
      const candidates = agents.filter((agent) => selection.statuses.includes(agent.status));
      const selected = select(candidates, selection);
      const missingRights = await readMissing(site, grants, selected);
      const plan = makePlan({
        policy: site.policy,
        serverVersion,
        options: { slots: selection.slots ?? site.policy.slots, reason: selection.reason ?? null },
        agents: selected,
        claims: board.claims(site.name).held,
        missingRights,
        limit: selection.limit,
      });
      const unknown = select(agents, selection).filter((agent) => agent.status === "offline").length;
      return { plan, identity, unknown, candidates: candidates.length };
    },
    keep(draft) {
      const kept: Draft = { ...draft, id: random.id(), madeAt: clock.now() };
      drafts.set(kept.id, kept);
      for (const id of drafts.keys()) {
        if (drafts.size <= KEPT) break;
        drafts.delete(id);
      }
      return kept;
    },
    take(id, slackId) {
      const draft = drafts.get(id);
      if (draft === "used") return { kind: "used" };
      if (!draft || clock.now() - draft.madeAt > LIFETIME) return { kind: "lost" };
      if (draft.person !== slackId)
        throw new UserError("This plan is somebody else's. Make your own with the same command.");
      drafts.set(id, "used");
      return { kind: "draft", draft };
    },
  };
}

function select(agents: readonly Agent[], selection: Selection): readonly Agent[] {
  return agents.filter((agent) => {
    const named = selection.names.length === 0 || selection.names.some((glob) => matchesGlob(glob, agent.name));
    const excluded = selection.exclude.some((glob) => matchesGlob(glob, agent.name));
    const tagged = selection.tag === undefined || agent.tags.includes(selection.tag);
    const version = parseVersion(agent.version ?? "");
    const inRange = !selection.version || (version !== undefined && selection.version.includes(version));
    return named && !excluded && tagged && inRange;
  });
}

/** The agents of a plan that a newer reading does not have any more. */
export function droppedAgents(before: Plan, now: Plan): readonly { readonly name: string; readonly why: string }[] {
  const still = new Set(now.agents.map((agent) => agent.id));
  const why = new Map(now.excluded.map((exclusion) => [exclusion.agent.id, exclusion.sentence]));
  return before.agents
    .filter((agent) => !still.has(agent.id))
    .map((agent) => ({ name: agent.name, why: why.get(agent.id) ?? "offline, gone or upgraded already" }));
}

/** Both statuses that the server's own upgrade action serves. */
export const BOTH_STATUSES = ["upgrade-required", "upgrade-recommended"] as const;
