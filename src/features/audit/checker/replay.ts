import type { StoredEvent } from "../../../model/events.ts";
import type { Policy } from "../../../model/policy.ts";
import { type Around, checkBeginning } from "./check-beginning.ts";
import { checkRequest, checkStart, checkUnread, type PressRules } from "./check-press.ts";
import { checkReviewEnd } from "./check-review.ts";
import { CLAIM_IDS, type Claim, type ClaimResult, unrecorded } from "./claims.ts";
import { type Course, freshCourse, freshServer, joinParty, type ServerCourse, takePlan, type Who } from "./course.ts";
import { createEmergencies } from "./emergencies.ts";
import { followRollout } from "./follow-rollout.ts";
import { followServer } from "./follow-server.ts";
import { createInFlight } from "./in-flight.ts";

/** What the ledger says of one rollout. */
export interface RolloutAudit {
  readonly id: string;
  readonly server: string;
  readonly owner: string;
  /** Its first row, when it was asked for or started. */
  readonly from: number;
  readonly began: number;
  /** `open`: it is not over. `stray`: an upgrade began, and the rollout was not under way. */
  readonly state: "over" | "open" | "stray";
  /** How many attempts began. */
  readonly upgrades: number;
  readonly claims: Readonly<Record<Claim, ClaimResult>>;
}

/** Replays a ledger in its order. Of a rollout that is over, and reviewed if it was an emergency, it keeps nothing. */
export interface Replay {
  see(event: StoredEvent): void;
  /** A row whose content was archived; its stream is left out if the reader does not know it. */
  archived(position: number, stream?: string): void;
  /** Judges what is not over. */
  finish(): void;
}

type Event<T extends StoredEvent["type"]> = Extract<StoredEvent, { readonly type: T }>;

/** @param policies the rules that the ledger holds, by their hash. */
export function createReplay(policies: ReadonlyMap<string, Policy>, onRollout: (audit: RolloutAudit) => void): Replay {
  const servers = new Map<string, ServerCourse>();
  const courses = new Map<string, Course>();
  const inFlight = createInFlight();
  const emergencies = createEmergencies();

  function serverOf(name: string): ServerCourse {
    const server = servers.get(name) ?? freshServer();
    servers.set(name, server);
    return server;
  }

  function around(name: string): Around {
    const server = serverOf(name);
    return { server, inForce: policies.get(server.policyHash ?? "") };
  }

  /** A replica judges a press by its own rules, which may be others than the monitor's. */
  function rulesOf({ data }: StoredEvent, course: Course): PressRules {
    const own = "policyHash" in data ? data.policyHash : undefined;
    if (own === undefined) return { policy: around(course.server).inForce, areOwn: false };
    return { policy: policies.get(own), areOwn: true };
  }

  function open(id: string, server: string, owner: Who, { position, at }: StoredEvent): Course {
    const course = freshCourse({ id, server, owner, from: position, began: at });
    courses.set(id, course);
    return course;
  }

  function request(event: Event<"rollout.requested">): void {
    const { rollout, plan, requester, serverUser, policy, size, needed, expiresAt } = event.data;
    const who = { person: requester, user: serverUser };
    const course = courses.get(rollout) ?? open(rollout, plan.server, who, event);
    const round = (course.asked?.round ?? 0) + 1;
    course.asked = { round, hash: plan.hash, needed, expiresAt, plan, approvals: [], closed: false };
    course.policy = policy;
    course.size = size;
    takePlan(course, plan);
    joinParty(course, who);
    checkRequest(course, who, event);
  }

  function start(event: Event<"rollout.started">): void {
    const { rollout, plan, owner, serverUser, policy, size = plan.agents.length } = event.data;
    const who = { person: owner, user: serverUser };
    const course = courses.get(rollout) ?? open(rollout, plan.server, who, event);
    course.status = "running";
    course.owner = who;
    course.policy = policy;
    course.size = size;
    takePlan(course, plan);
    joinParty(course, who);
    checkStart(course, event, around(course.server).inForce);
    const together = course.emergency?.position === event.position && emergencies.begin(course, event);
    if (together) course.tally.add("approvals", event, together);
  }

  function intend(event: Event<"upgrade.intended">): void {
    const { rollout, server: name, agent, attempt, judged } = event.data;
    const given = around(name);
    const course = courses.get(rollout) ?? stray(rollout, name, event);
    course.upgrades.add(event.stream);
    if (attempt === 1) checkUnread(course);
    checkBeginning(course, { position: event.position, at: event.at, id: agent.id, judged }, given);
    inFlight.intend(course, event, given);
  }

  /** The rollout is over, or the ledger does not hold it. */
  function stray(rollout: string, server: string, event: StoredEvent): Course {
    const course = open(rollout, server, UNKNOWN, event);
    course.status = "stray";
    return course;
  }

  function askRelay(course: Course, { position, at, data: { relay } }: Event<"relay.asked">): void {
    if (!course.upgrades.has(relay.id)) checkUnread(course);
    course.upgrades.add(relay.id);
    checkBeginning(course, { position, at, id: relay.id, judged: undefined }, around(course.server));
  }

  /** Rows that a person accepted as lost may have held anything. */
  function accepted(event: StoredEvent): void {
    for (const server of servers.values()) server.freezeUnknown = true;
    for (const { status, tally } of courses.values())
      for (const claim of status === "over" ? (["review"] as const) : CLAIM_IDS)
        tally.add(claim, event, unrecorded("rows that the accepted ledger lacks"));
  }

  /** No upgrade can begin any more. Its review can still be open. */
  function settle({ server, from, began, upgrades, tally }: Course): void {
    const { archived } = serverOf(server);
    if (archived > from && upgrades.size > 0)
      for (const claim of ["in-flight", "slots"] as const)
        tally.add(claim, { position: archived, at: began }, unrecorded("upgrades that were archived"));
  }

  function conclude(course: Course): void {
    const { id, server, owner, from, began, status, upgrades, tally } = course;
    courses.delete(id);
    checkReviewEnd(course);
    const state = status === "over" || status === "stray" ? status : "open";
    const claims = tally.results();
    onRollout({ id, server, owner: owner.person, from, began, state, upgrades: upgrades.size, claims });
  }

  function seeRollout(event: StoredEvent): void {
    if (event.type === "rollout.requested") request(event);
    else if (event.type === "rollout.started") start(event);
    else {
      const course = courses.get(event.stream.slice("rollout.".length));
      if (!course) return;
      if (event.type === "relay.asked") askRelay(course, event);
      const wasOver = course.status === "over";
      followRollout(course, event, rulesOf(event, course));
      if (course.status !== "over") return;
      if (!wasOver) settle(course);
      if (!course.review?.isOpen) conclude(course);
    }
  }

  function seeUpgrade(event: StoredEvent): void {
    if (event.type === "upgrade.intended") {
      intend(event);
      return;
    }
    // `upgrade.prod-1.…`: rollouts are numbered by their server.
    const [, rollout = ""] = event.stream.split(".");
    const server = rollout.replace(/-\d+$/, "");
    inFlight.follow(event, (isStray) => courses.get(rollout) ?? (isStray ? stray(rollout, server, event) : undefined));
  }

  return {
    see(event) {
      if (event.stream.startsWith("rollout.")) seeRollout(event);
      else if (event.stream.startsWith("upgrade.")) seeUpgrade(event);
      else if (event.stream.startsWith("server.")) followServer(serverOf(event.stream.slice("server.".length)), event);
      else if (event.type === "ledger.accepted") accepted(event);
    },
    archived(position, stream) {
      // `upgrade.prod-1.…`: rollouts are numbered by their server.
      const name = /^upgrade\.([^.]+)-\d+\./.exec(stream ?? "")?.[1];
      const concerned = name === undefined ? [] : [serverOf(name)];
      for (const server of stream === undefined ? servers.values() : concerned) server.archived = position;
    },
    finish() {
      for (const course of [...courses.values()]) {
        if (course.status !== "over") settle(course);
        conclude(course);
      }
    },
  };
}

const UNKNOWN: Who = { person: "", user: { id: "", name: "" } };
