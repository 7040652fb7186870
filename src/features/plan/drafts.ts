import { createCache } from "../../core/cache.ts";
import type { Clock, Random } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { PlanResult, Selection } from "./plan-port.ts";

/** A plan that somebody looks at: kept in memory for half an hour, for that person only. */
export interface Draft {
  readonly id: string;
  readonly person: string;
  readonly channel: string;
  readonly server: ManagedServer;
  readonly selection: Selection;
  /** The command that made it, to make it again. */
  readonly said: readonly string[];
  readonly result: PlanResult;
}

/** The button that used a draft up. */
export type Use = "start" | "cancel";

export type DraftLookup =
  | { readonly kind: "draft"; readonly draft: Draft }
  | { readonly kind: "used"; readonly by: Use }
  | { readonly kind: "lost" };

export interface Drafts {
  keep(draft: Omit<Draft, "id">): Draft;
  /** Looks at a draft without using it up. */
  look(id: string, slackId: string): DraftLookup;
  /** Hands a draft out once: of two presses at the same moment one gets it. */
  take(id: string, slackId: string, by: Use): DraftLookup;
}

const MAX_DRAFTS = 500;
/** In all drafts together: a plan of 10,000 agents takes some megabytes. */
const MAX_AGENTS = 100_000;
const LIFETIME = 30 * 60_000;

export function createDrafts({ clock, random }: { readonly clock: Clock; readonly random: Random }): Drafts {
  const drafts = createCache<Draft | Use>({
    clock,
    max: MAX_DRAFTS,
    ttl: LIFETIME,
    maxSize: MAX_AGENTS,
    sizeOf: (draft) => (typeof draft === "string" ? 0 : draft.result.plan.agents.length),
  });

  function draftOf(id: string, slackId: string): DraftLookup {
    const draft = drafts.get(id);
    if (typeof draft === "string") return { kind: "used", by: draft };
    if (!draft) return { kind: "lost" };
    if (draft.person !== slackId)
      throw new UserError("not-your-plan", "This plan is another person's. Make your own with the same command.");
    return { kind: "draft", draft };
  }

  return {
    keep(draft) {
      const kept: Draft = { ...draft, id: random.id() };
      drafts.set(kept.id, kept);
      return kept;
    },
    look: draftOf,
    take(id, slackId, by) {
      const taken = draftOf(id, slackId);
      if (taken.kind === "draft") drafts.set(id, by, { ttl: 0 });
      return taken;
    },
  };
}
