import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optionProblemsOf, problemsOf, viewProblemsOf } from "../../../playground/slack/limits.ts";
import type { Block } from "../../../playground/slack/workspace.ts";
import { toModal, toOptions } from "../../../src/adapters/slack/modal.ts";
import { toMessage } from "../../../src/adapters/slack/to-message.ts";
import { AGENT_STATUSES } from "../../../src/core/agent.ts";
import { type Cause, cause } from "../../../src/core/cause.ts";
import { moment } from "../../../src/core/moment.ts";
import { isModal, isView, type Shown, say } from "../../../src/core/view.ts";
import { denyModal } from "../../../src/features/approval/approval-buttons.ts";
import { requestReplies } from "../../../src/features/approval/request-thread.ts";
import { drawCard } from "../../../src/features/contributions.ts";
import { openReviewLine } from "../../../src/features/emergency/emergency-port.ts";
import { reviewModal, reviewNotices, reviewReplies } from "../../../src/features/emergency/review-view.ts";
import { externalReplies } from "../../../src/features/external-upgrades/external-upgrades-view.ts";
import { freezeNotices, freezeReplies } from "../../../src/features/freeze/freeze-view.ts";
import { handoverModal, offerViews } from "../../../src/features/handover/handover-view.ts";
import { activityFacts } from "../../../src/features/plan/activity-facts.ts";
import { adjustModal } from "../../../src/features/plan/adjust-view.ts";
import { searchPlan } from "../../../src/features/plan/adjustments.ts";
import { agentsModal, loadingModal } from "../../../src/features/plan/agents-view.ts";
import type { Draft } from "../../../src/features/plan/drafts.ts";
import { planAgentsModal } from "../../../src/features/plan/plan-agents-view.ts";
import type { PlanResult, Selection } from "../../../src/features/plan/plan-port.ts";
import { partialView, planView } from "../../../src/features/plan/plan-view.ts";
import { relayPlanView } from "../../../src/features/plan/relay-plan-view.ts";
import { relayListParts } from "../../../src/features/relay-upgrade/relay-list-view.ts";
import { relayReplies } from "../../../src/features/relay-upgrade/relay-thread.ts";
import { failuresView } from "../../../src/features/retry/failures-view.ts";
import { selfPauseView } from "../../../src/features/rollout/pause-view.ts";
import { backView, serverReplies } from "../../../src/features/rollout/server-replies.ts";
import { lateView, pauseReplies, resultView } from "../../../src/features/rollout/thread-views.ts";
import { moveModal } from "../../../src/features/schedule/schedule-view.ts";
import { describePolicy } from "../../../src/gates/describe-policy.ts";
import type { Blocked, Point } from "../../../src/gates/gate.ts";
import { blockedAt } from "../../../src/gates/index.ts";
import { type Activity, ServerError } from "../../../src/model/deploy-server.ts";
import type { Plan, PlannedAgent } from "../../../src/model/plan/plan.ts";
import type { PlanFacts } from "../../../src/model/plan/plan-facts.ts";
import { type Policy, WHEN_BUSY } from "../../../src/model/policy.ts";
import { DEFAULT_RELAYS } from "../../../src/model/relay/settings.ts";
import { NO_RELAY_WORK } from "../../../src/model/relay/turn.ts";
import { foldProgress } from "../../../src/model/rollout/progress.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import { NO_GUARDS } from "../../../src/model/rollout/rollout-guards.ts";
import type { Offer, Request, Review } from "../../../src/model/rollout/rollout-parts.ts";
import { type Freeze, NO_CLAIMS } from "../../../src/model/server/claims.ts";
import { DEFAULT_LIMITS } from "../../../src/model/server/limits.ts";
import { NEVER_COUNTED } from "../../../src/model/server/required.ts";
import type { ServerState } from "../../../src/model/server/server-state.ts";
import { diagnose } from "../../../src/model/upgrade/diagnosis.ts";
import { isFailure, OUTCOMES } from "../../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../../src/model/upgrade/upgrade.ts";
import { plainCause } from "../../../src/phrases/cause-text.ts";
import { shortNotes } from "../../../src/phrases/finding-words.ts";
import { startWords } from "../../../src/phrases/progress-words.ts";
import { cardTimes } from "../../../src/reporting/cards.ts";
import { relayResultView } from "../../../src/reporting/relay-result.ts";
import type { ManagedServer } from "../../../src/servers/managed-server.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { serverSituation } from "../../support/gate-situations.ts";
import { policyWith } from "../../support/policy.ts";
import { relayOf, relayRolloutOf } from "../../support/relays.ts";
import { runs } from "../../support/runs.ts";

/** Any fleet, any names, any failures: every message that comes of it is one that Slack takes. */
const nasty = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 300 }),
  fc.string({ minLength: 250, maxLength: 260 }),
  fc.constantFrom(
    "<!channel>",
    "`<@U0ALICE>`",
    "&lt;&amp;",
    "*".repeat(255),
    "\n\r\t",
    "🚢".repeat(120),
    '"\\'.repeat(100),
    "",
  ),
);
const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const agent: fc.Arbitrary<PlannedAgent> = fc
  .record({
    id: fc.uuid(),
    name: nasty,
    status: fc.constantFrom(...AGENT_STATUSES),
    version: fc.option(nasty),
    old: fc.boolean(),
    inactive: fc.boolean(),
  })
  .map(({ old, inactive, ...planned }) => ({
    ...planned,
    ...(old ? { version: "4.8.4.1" } : {}),
    ...(inactive ? { inactive } : {}),
  }));
const upgradeOf = (planned: PlannedAgent): fc.Arbitrary<Upgrade> =>
  fc.record({
    id: fc.constant(`prod-1.${planned.id}.1`),
    rollout: fc.constant("prod-1"),
    server: fc.constant("prod"),
    agent: fc.constant({ id: planned.id, name: planned.name, ...(planned.relay ? { relay: planned.relay } : {}) }),
    attempt: fc.integer({ min: 1, max: 3 }),
    from: fc.constant(planned.version),
    seq: fc.constant(1),
    intendedAt: time,
    triggeredAt: sometimes(time),
    uncertain: fc.boolean(),
    last: sometimes(fc.record({ status: fc.constantFrom(...AGENT_STATUSES), version: fc.option(nasty) })),
    awayAt: sometimes(time),
    downSince: sometimes(time),
    stuckSince: sometimes(time),
    backSince: sometimes(time),
    oldSince: sometimes(time),
    departures: fc.constant(1),
    seenAt: sometimes(time),
    outcome: sometimes(
      fc.record({
        kind: fc.constantFrom(...OUTCOMES),
        detail: fc.option(anyCause),
        at: time,
        position: fc.constant(1),
      }),
    ),
    took: sometimes(time),
    extensions: fc.nat(3),
    holdsSlot: fc.boolean(),
    closed: fc.boolean(),
  });

/** All that a cause may hold: text from outside, and names of permissions. */
const anyCause: fc.Arbitrary<Cause> = fc.oneof(
  nasty.map((text): Cause => cause("recorded", { text })),
  nasty.map((text): Cause => ({ code: "server-said", params: { text } })),
  nasty.map((version): Cause => ({ code: "at-version", params: { version } })),
  fc
    .array(nasty, { maxLength: 5 })
    .map((permissions): Cause => ({ code: "lacks-permission", params: { permissions } })),
  fc.constant<Cause>({ code: "busy-agent", params: { waited: 60_000 } }),
);

/** Fleets are small or large: a few hundred names are enough to meet every limit. */
const plan: fc.Arbitrary<Plan> = fc.record({
  server: fc.constantFrom("prod", "a-server-of-20-chars"),
  serverVersion: fc.option(fc.oneof(nasty, fc.constant("7.2.3.1"))),
  options: fc.record({
    slots: fc.integer({ min: 1, max: 10 }),
    reason: fc.option(nasty),
    canary: fc.option(fc.nat(), { nil: null }),
    hold: fc.boolean(),
  }),
  waiting: fc.array(agent, { maxLength: 20 }),
  agents: fc.oneof(fc.array(agent, { maxLength: 3 }), fc.array(agent, { minLength: 60, maxLength: 160 })),
  excluded: fc.array(
    fc.record({
      agent: fc.record({ id: fc.uuid(), name: nasty }),
      reason: fc.constantFrom(
        "no permission",
        "never list",
        "upgrades in its own way",
        "in another rollout",
        "newer than the server",
        "inactive",
        "over the limit",
      ),
      cause: anyCause,
    }),
    { maxLength: 60 },
  ),
  hash: fc.constant("0"),
});

const ROLLOUT_STATUSES: readonly Rollout["status"][] = [
  "requested",
  "running",
  "paused",
  "stopping",
  "ended",
  "closed",
];

const fleet = plan
  .chain((made) =>
    fc.record({
      plan: fc.constant(made),
      upgrades: fc.tuple(...made.agents.map((planned) => sometimes(upgradeOf(planned)))),
      status: fc.constantFrom(...ROLLOUT_STATUSES),
      asked: fc.constantFrom("open", "used", "denied", "withdrawn", "expired", "none"),
      reason: nasty,
      said: fc.array(nasty, { maxLength: 12 }),
      now: time,
      page: fc.integer({ min: -1, max: 9 }),
      busy: fc.constantFrom(...WHEN_BUSY),
      count: fc.nat(),
      query: fc.oneof(nasty, fc.constantFrom("*", "a*", "")),
    }),
  )
  .map((given) => (isRequest(given.status) && given.asked === "none" ? { ...given, asked: "open" as const } : given));

/** These two states are those of a request, and nothing else gets into them. */
function isRequest(status: Rollout["status"]): boolean {
  return status === "requested" || status === "closed";
}

type Fleet = typeof fleet extends fc.Arbitrary<infer T> ? T : never;

function offerOf({ count, now }: Fleet): Offer {
  const overs = [undefined, "taken", "declined", "expired", "void"] as const;
  return { n: count, by: "U0ALICE", to: "U0BOB", from: "U0CAROL", expiresAt: now, over: overs[count % overs.length] };
}

function reviewOf({ count, reason, now }: Fleet): Review {
  const by = { person: "U0ALICE", user: { id: "u", name: reason } };
  const closed = count % 2 === 0 ? { by, note: reason, at: now } : undefined;
  return { by, reason, agents: count, lastAt: now, reminders: count % 3, closed };
}

/** Everything about a request and a pause that a view may have to draw. */
function requestOf(given: Fleet) {
  const { status, asked, reason, plan: made, now, count } = given;
  const person = { person: "U0ALICE", user: { id: "u", name: reason } };
  const how = asked === "denied" || asked === "withdrawn" || asked === "expired" ? asked : undefined;
  const request: Request | undefined =
    asked === "none"
      ? undefined
      : {
          round: 2,
          hash: made.hash,
          requester: person,
          needed: 1 + (count % 2),
          askedAt: 0,
          expiresAt: now,
          because: count % 2 === 0 ? [cause("recorded", { text: reason }), cause("recorded", { text: reason })] : null,
          findings: Array.from({ length: count % 5 }, () => ({
            level: "warn" as const,
            cause: {
              code: "recorded" as const,
              params: {
                sentence: [
                  "A sentence of ours that goes on for a while, as they do. ".repeat(4),
                  { data: reason },
                  ".",
                ],
              },
            },
          })),
          ...(count % 4 > 0 ? { facts: factsIn(given) } : {}),
          approvals:
            asked === "used" ? [{ person: "U0BOB", user: { id: "b", name: reason }, at: now, position: 1 }] : [],
          reminded: true,
          used: asked === "used",
          closed: how && {
            how,
            by: count % 3 === 0 ? "drydock" : "U0BOB",
            reason,
            causes: [cause("recorded", { text: reason })],
          },
        };
  return {
    policy: undefined,
    size: made.agents.length,
    parties: [person],
    request,
    dropped: made.excluded
      .slice(0, 30)
      .map((exclusion) => ({ name: exclusion.agent.name, why: cause("recorded", { text: reason }) })),
    pause:
      status === "paused"
        ? ({
            kind: "policy",
            by: "drydock",
            causes: [cause("recorded", { text: reason })],
            at: 0,
            position: 1,
          } as const)
        : undefined,
    pauses: 1,
    offer: offerOf(given),
    review: reviewOf(given),
    schedule: count % 2 === 0 ? { at: now } : undefined,
    renewedAs: count % 2 === 0 ? "prod-9" : undefined,
    guards: {
      ...NO_GUARDS,
      retries: new Map(
        made.agents.map(({ id }, i) => {
          const dropped = i % 3 === 0 ? cause("recorded", { text: reason }) : undefined;
          return [id, { times: 1 + (i % 3), attempt: 1 + (i % 4), notBefore: i, by: "U0BOB", dropped }];
        }),
      ),
      absent: made.excluded.slice(0, 30).map(({ agent }) => ({ ...agent, why: cause("recorded", { text: reason }) })),
      selfPauses: 1,
      halt: {
        kind: count % 3 === 0 ? ("canary" as const) : ("breaker" as const),
        causes: [cause("recorded", { text: reason })],
        at: 0,
        ended: count % 2 === 0 ? { by: "U0BOB", how: "continued" as const } : undefined,
      },
    },
  };
}

/** What whoever asked saw. */
function factsIn(given: Fleet): PlanFacts {
  const { count, plan: made } = given;
  return {
    takes: count,
    learned: count % 2 === 0,
    perRelay: count,
    activity: activityFacts(activityOf(given), made.agents),
    notSelected: count,
    overLimit: count,
    offline: count,
    exceedsWindow: count % 2 === 0,
  };
}

/** Rules with as many and as odd names in them as anybody may write. */
function rulesOf({ busy, reason, count, said }: Fleet): Policy {
  return policyWith({
    whenBusy: busy,
    approvals: count % 2 === 0 ? 1 : [{ above: count, count: 2 }],
    approvers: {
      people: ["U0BOB"],
      usergroups: ["S0PLATFORM", reason],
      usergroupPermissions: said,
      roles: said.map((role) => ({ role, team: reason })),
    },
    never: [{ glob: reason, reason }],
  });
}

/** What runs: on some of the plan's agents, on nobody knows which, or nobody knows. */
function activityOf({ plan: made, count, reason }: Fleet): Activity {
  if (count % 4 === 0) return { kind: "not-reported" };
  if (count % 4 === 1) return { kind: "trouble", error: new ServerError("failing", reason, 500) };
  const agents = made.agents.filter((_, i) => i % 2 === 0).map(({ name }) => name);
  return { kind: "known", running: agents.length + count, agents, unnamed: count, form: "rest" };
}

/** What the gates find about a server in one or two of these troubles. */
function blockedOf({ reason, now, count, busy }: Fleet, at: Point): readonly Blocked[] {
  const by = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
  const situation = serverSituation({
    now,
    freeze: count % 2 === 0 ? { n: 1, by, reason, until: null, at: 0, over: undefined } : undefined,
    answers: count % 3 !== 0,
    strange: reason,
    hold: { said: reason, until: now },
    otherName: { kind: "same-address", other: "live", address: reason },
    deployments: { kind: "unknown", fault: "failing", status: 500 },
  });
  return blockedAt(at, "server", situation, policyWith({ whenBusy: busy }));
}

/** A server in every trouble at once. */
function serverOf({ reason, now, said, count }: Fleet): ServerState {
  const agents = new Map(said.map((name, i) => [`${i}`, { name, since: 0 }]));
  return {
    slots: undefined,
    outages: [
      { since: 0, cause: { code: "recorded", params: { text: reason } }, until: count % 2 === 0 ? now : undefined },
    ],
    watchedAgain: [{ at: now, ms: count % 2 === 0 ? null : now, rollouts: [{ id: "prod-1", finished: count }] }],
    clockJumps: [{ at: now, ms: count % 2 === 0 ? now : -now, rollouts: ["prod-1"] }],
    external: {
      upgrading: agents,
      ambiguous: { kind: "many", since: 1, agents },
      acknowledged: agents,
      settled: [{ since: 0, by: count % 2 === 0 ? "drydock" : "U0BOB" }],
    },
    required: NEVER_COUNTED,
    checkedAcceptance: 0,
  };
}

/** So many relays that they do not fit, with everything that a server may tell of them. */
function relayListOf({ plan: made, reason, count, now }: Fleet): Shown {
  const listed = made.agents.map(({ id, name, version }, i) => ({
    relay: relayOf(id, {
      name,
      up: [true, false, undefined][i % 3],
      version: version ?? undefined,
      hostname: i % 2 === 0 ? reason : undefined,
      totalAgents: count,
      lastContact: now,
      communication: reason,
    }),
    lag: (["below-minimum", "behind", "even", "ahead", "unknown"] as const)[i % 5] ?? "even",
    lags: i % 2 === 0,
    behind: count,
    connected: 0,
  }));
  const server = { name: made.server } as ManagedServer;
  const wanted = (["together", "all", undefined] as const)[count % 3];
  const list = { server, serverVersion: reason, minimum: null, listed, hidden: count % 3, wanted };
  return { key: "relays", summary: ["Relays"], parts: relayListParts(list) };
}

function everything(given: Fleet): readonly Shown[] {
  const { plan: made, now, count } = given;
  const visible = new Set([...made.agents, ...made.excluded.map(({ agent }) => agent)].map(({ id }) => id));
  const upgrades = given.upgrades.filter((upgrade) => upgrade !== undefined);
  const rollout: Rollout = {
    id: "prod-1",
    seq: 1,
    status: given.status,
    plan: made,
    owner: "U0ALICE",
    serverUser: { id: "u", name: given.reason },
    channel: "C0ONCALL",
    startedAt: 0,
    stoppedBy: given.status === "running" ? undefined : "U0BOB",
    endedAt: given.status === "ended" ? now : undefined,
    took: count % 3 === 0 ? null : undefined,
    endedPosition: given.status === "ended" ? 1 : undefined,
    posts: new Map(),
    relayWork: NO_RELAY_WORK,
    ...requestOf(given),
  };
  const relayed = relayRolloutOf(rollout, { texts: [given.reason, ...given.said], count, now });
  const progress = foldProgress({ total: made.agents.length, upgrades, stopping: false, retried: () => false });
  const result: PlanResult = {
    plan: made,
    lacking: [],
    identity: { user: { id: "u", name: "n", email: undefined, active: true, groups: [] }, via: "mapping" },
    unknown: count,
    candidates: count,
    filtered: count,
    beyond: count,
    unasked: count,
    unjudged: { unknown: [{ status: given.reason, agents: 2 }], neverContacted: 1, unreachable: 0 },
    nameless: made.excluded.length % 3,
    unavailable: made.excluded
      .slice(0, 20)
      .map((exclusion) => ({ name: exclusion.agent.name, why: plainCause(exclusion.cause) })),
    activity: activityOf(given),
    expected: made.agents.map(() => count),
    learned: count % 2 === 0,
    limits: DEFAULT_LIMITS,
  };
  const server = { name: made.server } as ManagedServer;
  const policy = rulesOf(given);
  const gates = {
    policy,
    approvals: count % 3,
    size: count,
    emergency: count % 2 === 1,
    facts: factsIn(given),
    starts: count % 3 === 0 ? [moment(now), given.reason] : undefined,
    gates: blockedOf(given, count % 3 === 0 ? "start" : "request"),
    checks: shortNotes(
      rollout.request?.findings?.map((finding) => ({ ...finding, topic: "path", todo: [] })),
      "prod",
      {
        word: "/agents",
        server: "prod",
      },
    ),
  };
  const freeze: Freeze = {
    n: 1,
    by: rollout.parties[0] ?? { person: "U0BOB", user: { id: "b", name: "b" } },
    reason: given.reason,
    until: count % 2 === 0 ? now : null,
    at: 0,
    over: count % 3 === 0 ? { by: "drydock", at: 0 } : undefined,
  };
  const partial = {
    server,
    serverVersion: made.serverVersion ?? undefined,
    candidates: count,
    selected: count,
    checked: count,
  };
  const failed = upgrades.filter((upgrade) => upgrade.outcome && isFailure(upgrade.outcome.kind));
  const slots = {
    ours: count,
    external: count % 3,
    open: 1 + (count % 10),
    of: 10,
    reason: cause("recorded", { text: given.reason }),
  };
  const choices = made.agents.map(({ name }) => ({ value: `id:${name}`, label: name }));
  return [
    planView({ ...gates, result, draftId: "d", blocked: undefined, said: given.said, notice: given.reason }),
    planView({ ...gates, result, draftId: "d", blocked: given.reason, said: [] }),
    relayPlanView({
      ...gates,
      result: { ...result, plan: relayed.plan },
      draftId: "d",
      blocked: count % 2 === 0 ? given.reason : undefined,
      said: given.said,
    }),
    ...relayReplies(relayed, { url: "https://deploy.example.com", deadlines: DEFAULT_RELAYS.deadlines }).map(
      ({ view }) => view,
    ),
    relayResultView(relayed, progress, []),
    relayListOf(given),
    ...serverReplies(rollout, serverOf(given)).map(({ view }) => view),
    ...externalReplies(rollout, serverOf(given).external).map(({ view }) => view),
    ...requestReplies(rollout, policy).map(({ view }) => view),
    ...pauseReplies(rollout).map(({ view }) => view),
    ...reviewNotices(rollout, policy).map(({ view }) => view),
    ...reviewReplies(rollout).map(({ view }) => view),
    say("status", openReviewLine(rollout, "https://slack.example/card")),
    reviewModal(rollout.id),
    moveModal(rollout.id, startWords(rollout)),
    handoverModal(rollout.id),
    ...offerViews(rollout).map(({ view }) => view),
    ...freezeReplies(rollout, policy, freeze).map(({ view }) => view),
    ...freezeNotices(policy, { ...NO_CLAIMS, freeze }).map(({ view }) => view),
    say("policy", ...describePolicy(policy)),
    ...(rollout.guards.selfPause ? [selfPauseView(rollout, rollout.guards.selfPause, upgrades)] : []),
    denyModal(rollout.id, [rollout.id, "1.0"]),
    partialView(partial),
    ...[rollout, relayed].map((drawn) =>
      drawCard({
        rollout: drawn,
        policy,
        progress,
        upgrades,
        slots,
        here: count,
        blocked: blockedOf(given, "dispatch").slice(count % 5),
        busy: { agents: upgrades.map(({ agent: { name } }) => name), more: count },
        waits: given.reason,
        exceedsWindow: [given.reason, moment(now)],
        kept: { agents: upgrades.map(({ agent: { name } }) => name), others: 0, isByPlan: false, until: now },
        times:
          count % 3 === 0
            ? undefined
            : cardTimes({
                rollout: drawn,
                upgrades,
                slots,
                perRelay: 3,
                expect: () => ({ ms: count, learned: true }),
                now,
              }),
      }),
    ),
    ...failed.map(({ outcome }) =>
      failuresView({
        rollout,
        policy,
        links: { agent: "https://deploy.example.com/#agent/{id}", logs: "https://logs.example.com/?q={name}&x" },
        relayNames: new Map(),
        upgrades,
        diagnosis: diagnose(outcome?.kind ?? "stuck", outcome?.detail ?? null),
        failed,
      }),
    ),
    resultView(rollout, progress, { required: count, recommended: count }),
    ...upgrades.map((upgrade) => lateView(upgrade)),
    backView(rollout, { at: now, ms: now, finished: count }),
    loadingModal(rollout.id),
    agentsModal({
      rollout,
      upgrades: new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade])),
      visible,
      page: given.page,
      now,
    }),
    planAgentsModal({
      result: { plan: made, filtered: count, beyond: count },
      draftId: "d",
      visible,
      page: given.page,
    }),
    adjustModal({
      plan: made,
      slotLimit: 10,
      at: given.reason,
      includesOffline: count % 2 === 0,
      leftOut: choices,
      only: choices,
      args: ["d", "x".repeat(1_500)],
    }),
  ];
}

describe("every message that Drydock can produce", () => {
  test("is within Slack's limits, whatever the fleet, the names and the failures", () => {
    fc.assert(
      fc.property(fleet, (given) => {
        for (const shown of everything(given)) {
          if (isModal(shown)) expect(viewProblemsOf({ ...toModal(shown, "C0ONCALL") })).toEqual([]);
          else if (isView(shown)) {
            const { text, blocks } = toMessage(shown);
            expect(problemsOf(blocks as unknown as Block[])).toEqual([]);
            expect(text.length).toBeGreaterThan(0);
            expect(text.length).toBeLessThanOrEqual(3_000);
          }
        }
      }),
      { numRuns: runs(30, 600) },
    );
  });

  test("what a search field offers is too", () => {
    fc.assert(
      fc.property(fleet, ({ plan: made, query }) => {
        const draft = { result: { plan: made }, selection: {} as Selection } as Draft;
        const options = toOptions(searchPlan(draft, query));
        expect(options.length > 0 ? optionProblemsOf(options, "/options") : []).toEqual([]);
      }),
      { numRuns: runs(30, 600) },
    );
  });
});
