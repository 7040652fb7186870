import fc from "fast-check";
import { expect, test } from "vitest";
import type { RolloutFact, StoredEvent } from "../../../src/domain/events.ts";
import { begin } from "../../../src/domain/gates/begin.ts";
import { dueOf } from "../../../src/domain/gates/due-rollouts.ts";
import { decideContinue, decideStart } from "../../../src/domain/gates/go-on.ts";
import {
  type Decision,
  decideApprove,
  decideDeny,
  decideWithdraw,
  requestKey,
} from "../../../src/domain/gates/request.ts";
import { triggerBar } from "../../../src/domain/gates/trigger.ts";
import { narrowPlan, type Plan, type PlannedAgent } from "../../../src/domain/plan.ts";
import type { Policy } from "../../../src/domain/policy.ts";
import { evolveRollout, type Rollout } from "../../../src/domain/rollout.ts";
import type { Party } from "../../../src/domain/rollout-parts.ts";
import { policyWith } from "../../support/policy.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
  | { readonly do: "request" | "pause"; readonly who: number }
  | { readonly do: "approve"; readonly who: number; readonly key: "right" | "first" | "forged" }
  | { readonly do: "deny" | "withdraw"; readonly who: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "due" | "restart" | "trigger" }
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
  { weight: 1, arbitrary: fc.record({ do: fc.constant("request" as const), who }) },
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
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(MINUTE, 20 * MINUTE, 3 * HOUR) }),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Action>({ do: "due" }, { do: "restart" }, { do: "trigger" }, { do: "trigger" }),
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
  /** The rules that held when each event was written. */
  readonly rules: Policy[];
  rollout: Rollout | undefined;
  firstKey: string;
  triggers: number;
}

function write(world: World, facts: readonly RolloutFact[]): void {
  for (const fact of facts) {
    const n = world.events.length + 1;
    const event = {
      ...fact,
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

function drifted(plan: Plan, drift: string): Plan {
  if (drift === "shrunk") return { ...plan, agents: plan.agents.slice(0, -1) };
  if (drift === "wider") return { ...plan, agents: [...plan.agents, agent("z")] };
  if (drift === "version") return { ...plan, agents: plan.agents.map(({ id }) => agent(id, "7.1.0.0.1")) };
  return drift === "server" ? { ...plan, serverVersion: "9" } : plan;
}

function act(world: World, action: Action): void {
  const { rollout, policy, now } = world;
  if (action.do === "wait") world.now += action.ms;
  else if (action.do === "policy") world.policy = action.policy;
  else if (rollout) actOn(world, rollout, action);
  else if (action.do === "request") {
    const empty = { server: "prod", serverVersion: "8", options: { slots: 10, reason: null }, excluded: [] };
    const plan = narrowPlan({ ...empty, agents: [], hash: "" }, policy, AGENTS);
    const [by, size] = [PEOPLE[action.who] as Party, plan.agents.length];
    write(world, [begin({ rollout: "prod-1", plan, by, channel: "C1", policy, size, now })]);
  }
}

function actOn(world: World, rollout: Rollout, action: Action): void {
  const { policy, now } = world;
  const by = "who" in action ? (PEOPLE[action.who] as Party) : (PEOPLE[0] as Party);
  if (action.do === "restart") {
    world.rollout = world.events.reduce(evolveRollout, undefined as Rollout | undefined);
    expect(world.rollout).toEqual(rollout);
  } else if (action.do === "due") write(world, dueOf(rollout, policy, now, true));
  else if (action.do === "pause" && rollout.status === "running")
    write(world, [{ type: "rollout.paused", data: { by: by.person, kind: "person", sentence: "" } }]);
  else if (action.do === "trigger" && triggerBar(rollout, policy, now, undefined) === undefined) {
    world.triggers += 1;
    judge(world);
  }
  const decision = decisionOf(world, rollout, action, by);
  if (decision && "facts" in decision) write(world, decision.facts);
}

function decisionOf(
  { policy, now, firstKey }: World,
  rollout: Rollout,
  action: Action,
  by: Party,
): Decision | undefined {
  const right = rollout.request ? requestKey(rollout.request) : "";
  if (action.do === "approve")
    return decideApprove(rollout, { key: { right, first: firstKey, forged: "7.abc" }[action.key], by, policy, now });
  if (action.do === "deny") return decideDeny(rollout, { key: right, by: by.person, reason: "no", policy, now });
  if (action.do === "withdraw") return decideWithdraw(rollout, { key: right, by: by.person, policy, now });
  if (action.do === "continue") return decideContinue(rollout, { by, policy, now, typed: action.typed });
  if (action.do !== "start") return undefined;
  const changed = drifted(rollout.plan, action.drift);
  const plan = narrowPlan(changed, policy, changed.agents);
  return decideStart(rollout, { plan, owner: rollout.request?.requester ?? by, dropped: [], policy, now });
}

/** What the rules want, told from the bare events: nothing here asks the fold or the decisions. */
function judge({ events, rules, policy, now, rollout }: World): void {
  const wanted = ({ approvals }: Policy) =>
    typeof approvals === "number"
      ? approvals
      : Math.max(...approvals.map((s) => (AGENTS.length > s.above ? s.count : 0)));
  const last = events.findLastIndex(({ type }) => type === "rollout.requested");
  const asked = events[last];
  const before = rules[last] ?? policy;
  const need = Math.max(wanted(policy), asked ? wanted(before) : 0);
  const parties = events.flatMap((event): readonly [string, string][] => {
    if (event.type === "rollout.requested") return [[event.data.requester, event.data.serverUser.id]];
    if (event.type === "rollout.started") return [[event.data.owner, event.data.serverUser.id]];
    return event.type === "rollout.continued" ? [[event.data.by, event.data.serverUser.id]] : [];
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
  if (need > 0) expect(now - (times[need - 1] ?? 0)).toBeLessThan(policy.approvalCovers);
  const after = events.slice(Math.max(last, 0)).map(({ type }) => type);
  expect(after).not.toContain("rollout.denied");
  expect(after).not.toContain("rollout.expired");
  const moves = events.filter(({ type }) => /started|continued|paused|stopped/.test(type));
  expect(["rollout.started", "rollout.continued"]).toContain(moves.at(-1)?.type);
  expect(policy.mode).toBe("live");
  if (policy.maxAgents !== null) expect(rollout?.plan.agents.length).toBeLessThanOrEqual(policy.maxAgents);
  if (asked?.type !== "rollout.requested") return;
  const agreed = new Map(asked.data.plan.agents.map(({ id, version }) => [id, version]));
  for (const { id, version } of rollout?.plan.agents ?? []) expect(agreed.get(id)).toBe(version);
  expect(rollout?.plan.serverVersion).toBe(asked.data.plan.serverVersion);
}

test("no sequence of requests, approvals, denials, expiries, drifts, rules and restarts triggers without the approvals that the rules want", () => {
  let triggers = 0;
  let approved = 0;
  fc.assert(
    fc.property(
      policies,
      who,
      fc.array(once, { minLength: 10, maxLength: 40, size: "max" }),
      (policy, first, actions) => {
        const world: World = { policy, now: 0, events: [], rules: [], rollout: undefined, firstKey: "", triggers: 0 };
        for (const action of [{ do: "request", who: first } as const, ...actions]) act(world, action);
        triggers += world.triggers;
        if (world.triggers > 0 && world.events.some(({ type }) => type === "rollout.approved")) approved += 1;
      },
    ),
    { numRuns: 5_000 },
  );
  // A gate that lets nothing through would pass as well.
  expect(triggers).toBeGreaterThan(1_000);
  expect(approved).toBeGreaterThan(200);
});
