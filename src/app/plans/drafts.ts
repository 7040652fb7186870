import { createCache } from "../bounded-cache.ts";
import type { Clock, Random } from "../ports.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";
import type { Reading } from "./reading.ts";
import type { Selection } from "./select-agents.ts";

/** A plan that somebody looks at: kept in memory for half an hour, for that person only. */
export interface Draft {
  readonly id: string;
  readonly person: string;
  readonly channel: string;
  readonly site: Site;
  readonly selection: Selection;
  /** The command that made it, to make it again. */
  readonly said: readonly string[];
  readonly reading: Reading;
}

export type Taken =
  | { readonly kind: "draft"; readonly draft: Draft }
  | { readonly kind: "used" }
  | { readonly kind: "lost" };

export interface Drafts {
  keep(draft: Omit<Draft, "id">): Draft;
  /** Looks at a draft without using it up. */
  look(id: string, slackId: string): Taken;
  /** Hands a draft out once: of two presses at the same moment one gets it. */
  take(id: string, slackId: string): Taken;
}

const KEPT = 500;
/** In all drafts together: a plan of 10,000 agents takes some megabytes. */
const MOST_AGENTS = 100_000;
const LIFETIME = 30 * 60_000;

export function createDrafts({ clock, random }: { readonly clock: Clock; readonly random: Random }): Drafts {
  const drafts = createCache<Draft | "used">({
    clock,
    max: KEPT,
    ttl: LIFETIME,
    maxSize: MOST_AGENTS,
    sizeOf: (draft) => (draft === "used" ? 0 : draft.reading.plan.agents.length),
  });

  function draftOf(id: string, slackId: string): Taken {
    const draft = drafts.get(id);
    if (draft === "used") return { kind: "used" };
    if (!draft) return { kind: "lost" };
    if (draft.person !== slackId)
      throw new UserError("not-your-plan", "This plan is somebody else's. Make your own with the same command.");
    return { kind: "draft", draft };
  }

  return {
    keep(draft) {
      const kept: Draft = { ...draft, id: random.id() };
      drafts.set(kept.id, kept);
      return kept;
    },
    look: draftOf,
    take(id, slackId) {
      const taken = draftOf(id, slackId);
      if (taken.kind === "draft") drafts.set(id, "used", { ttl: 0 });
      return taken;
    },
  };
}
