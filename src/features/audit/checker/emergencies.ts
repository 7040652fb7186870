import type { StoredEvent } from "../../../model/events.ts";
import { MAX_IN_EMERGENCY } from "./approvals.ts";
import { SKEW } from "./check-press.ts";
import { finding, type Judgement } from "./claims.ts";
import { type Course, darkIds, isSame } from "./course.ts";

/** The audit adds up the agents of one person's emergencies within so many ms: docs/adr/0043-emergencies.md. */
const SPAN = 24 * 60 * 60_000;

interface Emergency {
  readonly course: Course;
  readonly at: number;
  /** Of an upgrade of relays these count, whatever its plan has later. */
  readonly dark: ReadonlySet<string>;
}

/** The emergencies that can count with later ones. */
export interface Emergencies {
  /** One starts: what its owner's others of the last day make of it; undefined if they are few enough together. */
  begin(course: Course, event: Extract<StoredEvent, { readonly type: "rollout.started" }>): Judgement | undefined;
}

export function createEmergencies(): Emergencies {
  let recent: readonly Emergency[] = [];
  return {
    begin(course, { at, data: { plan } }) {
      recent = recent.filter((earlier) => at - earlier.at < SPAN - SKEW);
      const one = { course, at, dark: darkIds(plan) };
      const counted = recent.filter((earlier) => isTheirs(earlier, course));
      recent = [...recent, one];
      const { size } = new Set([...counted, one].flatMap(idsOf));
      if (counted.length === 0 || size <= MAX_IN_EMERGENCY) return undefined;
      const { person } = course.owner;
      return finding(
        "With other emergencies of the 24 h before, ",
        { person },
        ` started ${size} agents without approval (limit ${MAX_IN_EMERGENCY}).`,
      );
    },
  };
}

/** Everyone who ever owned the earlier one is among its parties. */
function isTheirs({ course: { server, parties } }: Emergency, { server: own, owner }: Course): boolean {
  return server === own && parties.some((party) => isSame(party, owner));
}

/** Agents that it has given up waiting for do not count any more. */
function idsOf({ course: { agents, waiting }, dark }: Emergency): readonly string[] {
  return dark.size > 0 ? [...dark] : [...agents, ...waiting];
}
