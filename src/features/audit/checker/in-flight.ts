import { count } from "../../../core/format.ts";
import type { StoredEvent } from "../../../model/events.ts";
import type { Policy } from "../../../model/policy.ts";
import type { Around } from "./check-beginning.ts";
import { NO_RULES } from "./check-press.ts";
import { finding, type Judgement, PROVEN, unrecorded } from "./claims.ts";
import type { Course, ServerCourse } from "./course.ts";

type Intended = Extract<StoredEvent, { readonly type: "upgrade.intended" }>;

const MAX_IN_FLIGHT = 10;

/** One attempt, until its stream is over. */
interface Attempt {
  readonly server: ServerCourse;
  readonly agent: string;
  readonly intendedAt: number;
  /** The server put it off: it begins anew. */
  isPutOff: boolean;
  isOver: boolean;
}

/** The attempts that the ledger says are under way. */
export interface InFlight {
  /** An attempt begins: how many are in flight by that, and whether this one already was. */
  intend(course: Course, event: Intended, around: Around): void;
  /** Any other event of an attempt. @param courseOf its rollout; `stray`: also one that is not under way. */
  follow(event: StoredEvent, courseOf: (stray: boolean) => Course | undefined): void;
}

export function createInFlight(): InFlight {
  const attempts = new Map<string, Attempt>();

  function isTwice({ stream, data: { agent } }: Intended, server: ServerCourse): boolean {
    const same = attempts.get(stream);
    if (same) return !same.isPutOff;
    return [...server.holding].some((other) => {
      const attempt = attempts.get(other);
      return attempt?.agent === agent.id && !attempt.isOver;
    });
  }

  function release(stream: string): void {
    attempts.get(stream)?.server.holding.delete(stream);
  }

  function answered(event: StoredEvent): Judgement {
    const attempt = attempts.get(event.stream);
    if (!attempt) return finding("The server answered a request that Drydock did not record first.");
    // When the request left is not recorded, nor how long the server had for its answer: the reader judges the whole time.
    return { kind: "proven", measured: { of: "answer", ms: Math.max(0, event.at - attempt.intendedAt) } };
  }

  return {
    intend(course, event, { server, inForce }) {
      const twice = isTwice(event, server);
      const { agent } = event.data;
      attempts.set(event.stream, { server, agent: agent.id, intendedAt: event.at, isPutOff: false, isOver: false });
      server.holding.add(event.stream);
      const again = finding("It began while the upgrade of ", { data: agent.name }, " was in flight.");
      course.tally.add("in-flight", event, twice ? again : within(server, MAX_IN_FLIGHT, "and the limit is"));
      course.tally.add("slots", event, inSlots(course, server, inForce));
    },
    follow(event, courseOf) {
      const attempt = attempts.get(event.stream);
      if (ANSWERS.has(event.type)) courseOf(!attempt)?.tally.add("in-flight", event, answered(event));
      if (attempt && event.type === "upgrade.postponed") attempt.isPutOff = true;
      const keepsSlot = event.type === "upgrade.outcome" && event.data.holdsSlot;
      if (attempt && event.type === "upgrade.outcome") attempt.isOver = true;
      if (RELEASING.has(event.type) && !keepsSlot) release(event.stream);
      if (event.closes) attempts.delete(event.stream);
    },
  };
}

function inSlots({ id, slots }: Course, server: ServerCourse, inForce: Policy | undefined): Judgement {
  const ofRollout = [...server.holding].filter((stream) => stream.startsWith(`upgrade.${id}.`)).length;
  const taken = inForce ? within(server, inForce.slots, "and the policy's slots are") : unrecorded(NO_RULES);
  if (taken.kind === "finding" || ofRollout <= slots) return taken;
  return finding(`${ofRollout} of its upgrades were in flight, and its plan has ${count(slots, "slot")}.`);
}

function within({ holding, external }: ServerCourse, limit: number, name: string): Judgement {
  const all = holding.size + external.size;
  const by = external.size > 0 ? ` (${holding.size} of Drydock's, ${external.size} by other people)` : "";
  return all <= limit ? PROVEN : finding(`${all} upgrades were in flight${by}, ${name} ${limit}.`);
}

/** What Drydock writes once a request has left. */
const ANSWERS: ReadonlySet<StoredEvent["type"]> = new Set([
  "upgrade.triggered",
  "upgrade.uncertain",
  "upgrade.postponed",
]);

/** An attempt that the server had put off can be skipped, and holds no slot from then on. */
const RELEASING: ReadonlySet<StoredEvent["type"]> = new Set([
  "upgrade.skipped",
  "upgrade.outcome",
  "upgrade.corrected",
  "upgrade.released",
  "upgrade.closed",
]);
