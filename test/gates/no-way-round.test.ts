import fc from "fast-check";
import { expect, test } from "vitest";
import { DAYS } from "../../src/core/days.ts";
import { decideAccept, decideOffer } from "../../src/features/handover/decide-handover.ts";
import { decideDueRollout, pauseDue } from "../../src/features/rollout/decide-due-rollouts.ts";
import { begin, decideResume, decideStart } from "../../src/features/rollout/decide-start.ts";
import { decideReschedule, decideUnschedule } from "../../src/features/schedule/decide-schedule.ts";
import { blockedAt } from "../../src/gates/index.ts";
import { ofPlan } from "../../src/gates/rollout-situation.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { narrowPlan } from "../../src/model/plan/make-plan.ts";
import type { Plan, PlannedAgent } from "../../src/model/plan/plan.ts";
import { approvalsFor, type Policy } from "../../src/model/policy.ts";
import { openReview } from "../../src/model/rollout/decide-review.ts";
import { evolveRollout } from "../../src/model/rollout/evolve-rollout.ts";
import {
  type Decision,
  decideApprove,
  decideDeny,
  decideWithdraw,
  requestKey,
} from "../../src/model/rollout/request.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import type { Party } from "../../src/model/rollout/rollout-parts.ts";
import { type Claims, evolveClaims, NO_CLAIMS } from "../../src/model/server/claims.ts";
import { decideFreeze, freezeDue } from "../../src/model/server/freeze.ts";
import type { ServerEvent } from "../../src/model/server/server-events.ts";
import { agentSituation, keptAtTrigger, serverSituation } from "../support/gate-situations.ts";
import { policyWith } from "../support/policy.ts";
import { DEEP, runs } from "../support/runs.ts";
import { today } from "../support/today.ts";
import { courseWith } from "../support/upgrades.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SEQUENCES = runs(1_000, 100_000);

/** How long an upgrade is expected to take. */
const EXPECTED = 20 * MINUTE;
/** A scheduled start may be so late. */
const LATEST = 15 * MINUTE;

/** Five Slack accounts, of which two are of one user of the server. */
const PEOPLE: readonly Party[] = ["u1", "u2", "u3", "u4", "u1"].map((id, i) => ({
  person: `U${i}`,
  user: { id, name: id },
}));

const agent = (id: string, version = "7.0.0.0.1"): PlannedAgent => ({
  id,
  name: id,
  status: "upgrade-required",
  version,
});
const AGENTS = ["a", "b", "c", "d"].map((id) => agent(id));

type Action =
  | { readonly do: "pause" | "unfreeze" | "unschedule"; readonly who: number }
  | {
      readonly do: "request";
      readonly who: number;
      /** From then on, in ms; undefined = at once. */
      readonly in: number | undefined;
      readonly emergency: boolean;
    }
  | { readonly do: "freeze"; readonly who: number; readonly ms: number | null }
  | { readonly do: "offer"; readonly who: number; readonly to: number }
  | { readonly do: "accept"; readonly who: number; readonly n: "newest" | "first" }
  | { readonly do: "reschedule"; readonly who: number; readonly in: number }
  | { readonly do: "approve"; readonly who: number; readonly key: "right" | "first" | "forged" }
  | { readonly do: "deny" | "withdraw"; readonly who: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "due" | "restart" | "trigger" }
  /** The time for which it is scheduled comes. */
  | { readonly do: "wake" }
  /** The window, where there is one, is about to close. */
  | { readonly do: "evening" }
  | { readonly do: "start"; readonly drift: "none" | "shrunk" | "wider" | "version" | "server" }
  | { readonly do: "continue"; readonly who: number; readonly typed: boolean }
  | { readonly do: "policy"; readonly policy: Policy };

const policies: fc.Arbitrary<Policy> = fc
  .record({
    approvals: fc.constantFrom<Policy["approvals"]>(0, 1, 2, [{ above: 2, count: 1 }], [{ above: 3, count: 2 }]),
    selfApproval: fc.boolean(),
    dangerous: fc.constantFrom(false, false, false, true),
    mode: fc.constantFrom(...Array.from({ length: 9 }, () => "live" as const), "observe" as const),
    maxAgents: fc.constantFrom(null, null, null, null, null, 3),
    approvalCovers: fc.constantFrom(2 * HOUR, 24 * HOUR),
    emergency: fc.boolean(),
    windows: fc.constantFrom<Policy["windows"]>([], [], [], [{ days: DAYS, from: 0, to: 720, zone: "UTC" }]),
    approvers: fc.constantFrom(["U0"], ["U0", "U1", "U2"]).map((people) => ({
      people,
      usergroups: [],
      usergroupPermissions: [],
      roles: [],
    })),
  })
  .map((given) => policyWith(given));

const who = fc.nat(PEOPLE.length - 1);
const once: fc.Arbitrary<Action> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Action>({ do: "evening" }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("unfreeze" as const, "unschedule" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("freeze" as const), who, ms: fc.constantFrom(HOUR, null) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("offer" as const), who, to: who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("accept" as const),
      who,
      n: fc.constantFrom("newest" as const, "newest" as const, "first" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("reschedule" as const), who, in: fc.constantFrom(HOUR, HOUR, 26 * HOUR) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("approve" as const),
      who,
      key: fc.constantFrom("right" as const, "right" as const, "right" as const, "first" as const, "forged" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("pause" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("deny" as const, "withdraw" as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(MINUTE, 20 * MINUTE, HOUR, 3 * HOUR),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Action>(
      { do: "due" },
      { do: "wake" },
      { do: "restart" },
      { do: "trigger" },
      { do: "trigger" },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("start" as const),
      drift: fc.constantFrom("none" as const, "none" as const, "shrunk", "wider", "version", "server"),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("continue" as const), who, typed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("policy" as const), policy: policies }) },
) as fc.Arbitrary<Action>;

interface World {
  policy: Policy;
  now: number;
  readonly events: StoredEvent[];
  server: Claims;
  readonly freezes: { readonly at: number; readonly event: ServerEvent }[];
  /** The rules that held when each event was written. */
  readonly rules: Policy[];
  rollout: Rollout | undefined;
  firstKey: string;
  triggers: number;
}

function write(world: World, events: readonly RolloutEvent[]): void {
  for (const newEvent of events) {
    const n = world.events.length + 1;
    const event = {
      ...newEvent,
      id: `${n}`,
      v: 1,
      at: world.now,
      actor: "x",
      stream: "rollout.prod-1",
      seq: n,
      position: n,
    } as StoredEvent;
    world.events.push(event);
    world.rules.push(world.policy);
    world.rollout = evolveRollout(world.rollout, event);
  }
  if (world.rollout?.request && world.firstKey === "") world.firstKey = requestKey(world.rollout.request);
}

function writeServer(world: World, events: readonly ServerEvent[]): void {
  for (const event of events) {
    world.freezes.push({ at: world.now, event });
    const seq = world.freezes.length;
    const place = { stream: "server.prod", seq, position: seq };
    world.server = evolveClaims(world.server, {
      ...event,
      id: `${seq}`,
      v: 1,
      at: world.now,
      actor: "x",
      ...place,
    } as StoredEvent);
  }
}

function drifted(plan: Plan, drift: string): Plan {
  if (drift === "shrunk") return { ...plan, agents: plan.agents.slice(0, -1) };
  if (drift === "wider") return { ...plan, agents: [...plan.agents, agent("z")] };
  if (drift === "version") return { ...plan, agents: plan.agents.map(({ id }) => agent(id, "7.1.0.0.1")) };
  return drift === "server" ? { ...plan, serverVersion: "9" } : plan;
}

function act(world: World, action: Action): void {
  const { rollout, policy, now } = world;
  if (action.do === "wait") world.now += action.ms;
  else if (action.do === "freeze") {
    const by = PEOPLE[action.who] as Party;
    const given = { by, reason: "x", until: action.ms === null ? null : now + action.ms, now };
    const decision = decideFreeze(world.server.freeze, given);
    if ("event" in decision) writeServer(world, [decision.event]);
  } else if (action.do === "unfreeze") {
    const person = PEOPLE[action.who]?.person ?? "";
    if (world.server.freeze?.by.person === person)
      writeServer(world, [{ type: "server.unfrozen", data: { by: person } }]);
  } else if (action.do === "policy") world.policy = action.policy;
  else if (rollout) actOn(world, rollout, action);
  else if (action.do === "request") {
    const options = { slots: 10, reason: "why", ...(action.emergency ? { emergency: true as const } : {}) };
    const empty = { server: "prod", serverVersion: "8", options, excluded: [] };
    const plan = narrowPlan({ ...empty, agents: [], hash: "" }, policy, AGENTS);
    const [by, size] = [PEOPLE[action.who] as Party, plan.agents.length];
    const situation = { ...ofPlan(plan, now), emergencySize: size };
    const refused = blockedAt("start", "rollout", situation, policy).some(({ gate }) => gate === "emergency");
    const emergency = action.emergency && !refused;
    const at = emergency || action.in === undefined ? undefined : now + action.in;
    const given = { rollout: "prod-1", plan, by, channel: "C1", size, ...today(policy, now) };
    const event = begin({ ...given, emergency: emergency && approvalsFor(policy, size) > 0, at });
    const review = emergency && approvalsFor(policy, size) > 0 ? [openReview(plan, by)] : [];
    const scheduled = at === undefined ? [] : [{ type: "rollout.scheduled" as const, data: { at, by: by.person } }];
    write(world, [event, ...review, ...scheduled]);
  }
}

function actOn(world: World, rollout: Rollout, action: Action): void {
  const { policy, now } = world;
  const by = "who" in action ? (PEOPLE[action.who] as Party) : (PEOPLE[0] as Party);
  if (action.do === "restart") {
    world.rollout = world.events.reduce(evolveRollout, undefined as Rollout | undefined);
    expect(world.rollout).toEqual(rollout);
  } else if (action.do === "wake") world.now = Math.max(now, rollout.schedule?.at ?? now);
  else if (action.do === "evening") world.now = Math.max(now, now - (now % (24 * HOUR)) + 12 * HOUR - 10 * MINUTE);
  else if (action.do === "due") {
    writeServer(world, freezeDue(world.server.freeze, now));
    const expired = pauseDue(rollout, policy, rollout.pause ? now - rollout.pause.at : 0);
    write(world, [...decideDueRollout(rollout, today(policy, now), courseWith()), ...expired]);
  } else if (action.do === "pause" && rollout.status === "running")
    write(world, [{ type: "rollout.paused", data: { by: by.person, kind: "person", causes: [] } }]);
  else if (
    action.do === "trigger" &&
    blockedAt("trigger", "server", serverSituation({ now, freeze: world.server.freeze }), policy).length === 0 &&
    blockedAt("trigger", "agent", agentSituation({ now, expected: EXPECTED }), policy).length === 0 &&
    keptAtTrigger(rollout, policy, now).length === 0
  ) {
    world.triggers += 1;
    judge(world);
  }
  const decision = decisionOf(world, rollout, action, by);
  if (decision && "events" in decision) write(world, decision.events);
}

function decisionOf(
  { policy, now, firstKey }: World,
  rollout: Rollout,
  action: Action,
  by: Party,
): Decision<unknown> | undefined {
  const right = rollout.request ? requestKey(rollout.request) : "";
  if (action.do === "approve")
    return decideApprove(rollout, {
      key: { right, first: firstKey, forged: "7.abc" }[action.key],
      by,
      ...today(policy, now),
    });
  if (action.do === "deny") return decideDeny(rollout, { key: right, by: by.person, reason: "no", policy, now });
  if (action.do === "withdraw") return decideWithdraw(rollout, { key: right, by: by.person, policy, now });
  if (action.do === "continue")
    return decideResume(rollout, { by, ...today(policy, now), typed: action.typed, lost: [] });
  if (action.do === "offer") {
    const to = PEOPLE[action.to]?.person ?? "";
    return decideOffer(rollout, { by: action.who === 0 ? by.person : rollout.owner, to, forOwner: false, policy, now });
  }
  if (action.do === "accept") {
    if (action.n === "first") return decideAccept(rollout, { n: 1, by, ...today(policy, now), lost: [] });
    const to = PEOPLE.find(({ person }) => person === rollout.offer?.to) ?? by;
    return decideAccept(rollout, { n: rollout.offer?.n ?? 1, by: to, ...today(policy, now), lost: [] });
  }
  if (action.do === "reschedule")
    return decideReschedule(rollout, { by: rollout.owner, at: now + action.in, ...today(policy, now) });
  if (action.do === "unschedule") return decideUnschedule(rollout, by.person);
  if (action.do !== "start") return undefined;
  const changed = drifted(rollout.plan, action.drift);
  const plan = narrowPlan(changed, policy, changed.agents);
  const owner = rollout.request?.requester ?? by;
  return decideStart(rollout, { plan, owner, dropped: [], ...today(policy, now), lost: [], hopeless: undefined });
}

/** For when it was scheduled last; undefined where it was not, or is not any more. */
function timeOf(events: readonly StoredEvent[]): number | undefined {
  const event = events.findLast(({ type }) => /rollout\.(un|re)?scheduled/.test(type));
  return event?.type === "rollout.scheduled" || event?.type === "rollout.rescheduled" ? event.data.at : undefined;
}

/** Nothing begins on a frozen server, outside its windows or too late for them; and what was scheduled began at its time. */
function judgeTimes({ events, freezes, policy, now }: World): void {
  const frozen = freezes.at(-1)?.event;
  if (frozen?.type === "server.frozen") expect(frozen.data.until ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(now);
  if (policy.windows.length > 0) expect((now % (24 * HOUR)) + EXPECTED).toBeLessThanOrEqual(12 * HOUR);
  const started = events.findIndex(({ type }) => type === "rollout.started");
  const at = timeOf(events.slice(0, started));
  if (at === undefined) return;
  expect(events[started]?.at).toBeGreaterThanOrEqual(at);
  expect(events[started]?.at).toBeLessThanOrEqual(at + LATEST);
}

/** What the rules want, told from the bare events: nothing here asks the fold or the decisions. */
function judge(world: World): void {
  const { events, rules, policy, now, rollout } = world;
  judgeTimes(world);
  const wanted = ({ approvals }: Policy) =>
    typeof approvals === "number"
      ? approvals
      : Math.max(...approvals.map((s) => (AGENTS.length > s.above ? s.count : 0)));
  const lastAsked = events.findLastIndex(({ type }) => type === "rollout.requested");
  const last = Math.max(
    lastAsked,
    events.findLastIndex(({ type }) => type === "rollout.rescheduled"),
  );
  const asked = events[lastAsked];
  const before = rules[lastAsked] ?? policy;
  const opened = events.some(({ type }) => type === "review.opened");
  const emergency = opened && !asked && policy.emergency && (rollout?.plan.agents.length ?? 99) <= 10;
  const need = emergency ? 0 : Math.max(wanted(policy), asked ? wanted(before) : 0);
  const parties = events.flatMap((event): readonly [string, string][] => {
    if (event.type === "rollout.requested") return [[event.data.requester, event.data.serverUser.id]];
    if (event.type === "rollout.started") return [[event.data.owner, event.data.serverUser.id]];
    const taken = event.type === "rollout.continued" || event.type === "rollout.handed-over";
    return taken ? [[event.data.by, event.data.serverUser.id]] : [];
  });
  const people = new Set<string>();
  const users = new Set<string>();
  const times: number[] = [];
  for (const event of events.slice(last + 1)) {
    if (event.type !== "rollout.approved") continue;
    const { by, serverUser } = event.data;
    const own = parties.some(([person, user]) => person === by || user === serverUser.id);
    if ((own && !policy.selfApproval) || people.has(by) || users.has(serverUser.id)) continue;
    people.add(by);
    users.add(serverUser.id);
    times.push(event.at);
  }
  expect(times.length).toBeGreaterThanOrEqual(need);
  const from = Math.max(times[need - 1] ?? 0, timeOf(events) ?? 0);
  if (need > 0) expect(now - from).toBeLessThan(policy.approvalCovers);
  const after = events.slice(Math.max(last, 0)).map(({ type }) => type);
  expect(after).not.toContain("rollout.denied");
  expect(after).not.toContain("rollout.expired");
  expect(after).not.toContain("rollout.withdrawn");
  const moves = events.filter(({ type }) => /started|continued|paused|stopped/.test(type));
  expect(["rollout.started", "rollout.continued"]).toContain(moves.at(-1)?.type);
  expect(policy.mode).toBe("live");
  if (policy.maxAgents !== null) expect(rollout?.plan.agents.length).toBeLessThanOrEqual(policy.maxAgents);
  if (asked?.type !== "rollout.requested") return;
  const agreed = new Map(asked.data.plan.agents.map(({ id, version }) => [id, version]));
  for (const { id, version } of rollout?.plan.agents ?? []) expect(agreed.get(id)).toBe(version);
  expect(rollout?.plan.serverVersion).toBe(asked.data.plan.serverVersion);
}

test("no sequence of requests, approvals, denials, expiries, freezes, schedules, handovers, emergencies, drifts, rules and restarts triggers without the approvals that the rules want", {
  timeout: 600_000 + SEQUENCES * 10,
}, () => {
  let triggers = 0;
  let approved = 0;
  const kept = new Map<string, number>([
    ["rollout.handed-over", 0],
    ["rollout.scheduled", 0],
    ["rollout.rescheduled", 0],
    ["review.opened", 0],
  ]);
  fc.assert(
    fc.property(
      policies,
      fc.record({
        do: fc.constant("request" as const),
        who,
        in: fc.constantFrom(undefined, undefined, HOUR, 3 * HOUR),
        emergency: fc.constantFrom(false, false, true),
      }),
      fc.array(once, { minLength: 10, maxLength: 50, size: "max" }),
      (policy, first, actions) => {
        const world: World = {
          policy,
          now: 0,
          events: [],
          server: NO_CLAIMS,
          freezes: [],
          rules: [],
          rollout: undefined,
          firstKey: "",
          triggers: 0,
        };
        for (const action of [first, ...actions]) act(world, action);
        triggers += world.triggers;
        if (world.triggers > 0 && world.events.some(({ type }) => type === "rollout.approved")) approved += 1;
        if (world.triggers === 0) return;
        for (const type of kept.keys())
          if (world.events.some((event) => event.type === type)) kept.set(type, (kept.get(type) ?? 0) + 1);
      },
    ),
    { numRuns: SEQUENCES },
  );
  // A gate that lets nothing through would pass as well. A thousand sequences trigger 120 to 200 times.
  expect(triggers).toBeGreaterThan(SEQUENCES / 25);
  expect(approved).toBeGreaterThan(SEQUENCES / 250);
  // Three sequences in a thousand start at a set time, and one at a changed time. Only the deep run has enough of them.
  for (const [type, times] of kept)
    if (DEEP || !/scheduled/.test(type)) expect([type, times > 0]).toEqual([type, true]);
});
