import type { Cause } from "../../core/cause.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { Blocked } from "../../gates/gate.ts";
import { blockedAt } from "../../gates/index.ts";
import { ofPlan, type RolloutSituation } from "../../gates/rollout-situation.ts";
import type { ServerSituation } from "../../gates/server-situation.ts";
import type { NewEvent } from "../../model/events.ts";
import { freeOf } from "../../model/plan/make-plan.ts";
import { type Plan, unitIds } from "../../model/plan/plan.ts";
import { countedSize, emergencySize } from "../../model/plan/size.ts";
import { renamedOrMoved, widening } from "../../model/plan/widening.ts";
import { approvalsFor } from "../../model/policy.ts";
import { openReview } from "../../model/rollout/decide-review.ts";
import { isApproved, isAsking, isScheduled } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Places } from "../../people/channels.ts";
import type { Identity } from "../../people/identity.ts";
import type { RefuseHopeless } from "../../people/refuse-hopeless.ts";
import { causesText, plainCause } from "../../phrases/cause-text.ts";
import type { Change } from "../../projections/change.ts";
import type { Projections } from "../../projections/projections.ts";
import { rolloutById } from "../../projections/rollout-by-id.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { todayOn } from "../../servers/today-on.ts";
import { droppedAgents, factsOf, type PlanResult, type Plans, renewedFacts } from "../plan/plan-port.ts";
import { begin } from "./decide-start.ts";
import { namedReasons, type Starter, type StartRequest, type StartResult } from "./rollout-port.ts";

/**
 * Turns a plan into a rollout, or into the request for one: everything is read afresh, then it is numbered, and where it starts
 * its agents are claimed, in one transaction.
 */
export function createStarter(ports: {
  readonly projections: Projections;
  readonly plans: Plans;
  readonly places: Places;
  readonly refuseHopeless: RefuseHopeless;
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly clock: Clock;
}): Starter {
  const { projections, plans, places, refuseHopeless, clock } = ports;

  function sizeOf(person: string, { user }: Identity, plan: Plan): number {
    return countedSize(projections.countedRollouts(), { person, userId: user.id }, plan, projections.ageOf);
  }

  /** How many agents count against the bound of emergencies. */
  function emergencySizeOf(person: string, { user }: Identity, plan: Plan): number {
    return emergencySize(projections.countedRollouts(), { person, userId: user.id }, plan, projections.ageOf);
  }

  /** Throws what the rules refuse. */
  function refuseStart(
    point: "schedule" | "request" | "start",
    server: ManagedServer,
    startAt: number | undefined,
    rollout: RolloutSituation,
  ): void {
    const { now } = rollout;
    const scheduled = projections.openRollouts(server.name).filter(isScheduled).length;
    if (startAt !== undefined) refuse(blockedAt(point, "start", { now, startAt, scheduled }, server.policy));
    refuse(blockedAt(point, "rollout", rollout, server.policy));
    refuse(blockedAt(point, "server", ports.situation(server), server.policy));
  }

  /** What is written down, decided on the state as it is in the transaction. */
  function decide(
    request: StartRequest,
    result: PlanResult,
    place: Pick<StartResult, "channel" | "notice">,
    hopeless: Cause | undefined,
    readAt: number,
  ) {
    const { server, person, callId, before, asking } = request;
    const claims = projections.claims(server.name);
    const plan = freeOf({ ...result.plan, excluded: before.excluded }, server.policy, claims.held);
    const user = { id: result.identity.user.id, name: result.identity.user.name };
    const size = sizeOf(person, result.identity, plan);
    const needed = approvalsFor(server.policy, size);
    const emergency = plan.options.emergency === true && needed > 0;
    if ((needed > 0 && !emergency) !== asking) return { widened: approvalsChanged(server, needed, size), changes: [] };
    const { at } = request.selection;
    const counted = emergency ? emergencySizeOf(person, result.identity, plan) : undefined;
    const situation = { ...ofPlan(plan, clock.now()), emergencySize: counted, hopeless };
    const dropped = droppedAgents(before, { ...plan, excluded: result.plan.excluded });
    if (unitIds(plan).length === 0 && dropped.length > 0)
      throw new UserError("rules-not-met", [
        "No agent of this plan can be upgraded any more, so nothing was started.",
        ...namedReasons(dropped),
      ]);
    refuseStart(at !== undefined ? "schedule" : asking ? "request" : "start", server, at, situation);
    if (asking) refuseSecond(projections, server, person, user.id);
    const rollout = `${server.name}-${claims.rollouts + 1}`;
    const by = { person, user };
    const today = todayOn(server, ports, { owner: by, lacking: result.lacking, readAt });
    const { findings, typed, renews, facts: seen } = request;
    const facts = seen && renews !== undefined ? renewedFacts(seen, factsOf(result, server, at ?? today.now)) : seen;
    const { channel } = place;
    const event = begin({ ...today, rollout, plan, by, channel, size, emergency, at, findings, facts, typed });
    const events: NewEvent[] = [event, ...(emergency ? [openReview(plan, by)] : [])];
    if (at !== undefined) events.push({ type: "rollout.scheduled", data: { at, by: person } });
    const changes: Change[] = [
      {
        stream: `server.${server.name}`,
        actor: person,
        callId,
        events: [
          event.type === "rollout.started"
            ? { type: "agents.claimed", data: { rollout, agents: unitIds(plan) } }
            : { type: "rollout.numbered", data: { rollout, person } },
        ],
      },
      { stream: `rollout.${rollout}`, actor: person, callId, events },
    ];
    if (renews !== undefined) changes.push({ ...renewal(projections, renews, rollout, person), callId });
    const waits = asking ? ("requested" as const) : ("scheduled" as const);
    const kind = event.type === "rollout.started" ? ("started" as const) : waits;
    return { begun: { kind, rollout, ...place, plan, dropped }, changes };
  }

  /** Why too few people can give the approvals that are asked for. */
  async function readHopeless({ server, person, asking }: StartRequest, { identity, plan }: PlanResult) {
    const { id, name } = identity.user;
    const needed = asking ? approvalsFor(server.policy, sizeOf(person, identity, plan)) : 0;
    return needed > 0 ? refuseHopeless(server, { parties: [{ person, user: { id, name } }], needed }) : undefined;
  }

  return {
    async start(request) {
      const { server, person, before, progress } = request;
      refuse(blockedAt(request.asking ? "request" : "start", "rollout", ofPlan(before, clock.now()), server.policy));
      const place = await places.choose(request.channel);
      const rerun = new Set(unitIds(before));
      // Canaries that the plan had to have are part of what was agreed to, also where it shrinks.
      const canary = before.options.canary ?? request.selection.canary;
      const selection = { ...request.selection, limit: undefined, canary };
      const readAt = clock.monotonic();
      const planResult = await plans.read({ server, selection, person, rerun, progress });
      const { plan: now } = planResult;
      // What is asked for again is seen by its approvers before it starts.
      const isSeen = request.renews !== undefined && request.asking;
      const wider = isSeen ? undefined : (widening(before, now) ?? renamedOrMoved(before, now));
      if (wider) return { kind: "widened", result: planResult, sentence: plainCause(wider) };
      const hopeless = await readHopeless(request, planResult);
      let result: ReturnType<typeof decide> | undefined;
      await projections.change(() => {
        result = decide(request, planResult, place, hopeless, readAt);
        return result.changes;
      });
      if (result?.widened) return { kind: "widened", result: planResult, sentence: result.widened };
      if (!result?.begun) throw new Error("The rollout was neither started nor refused.");
      return result.begun;
    },
  };
}

/** Throws every block that refuses; what only waits is told on the card. */
export function refuse(blocked: readonly Blocked[]): void {
  const refused = blocked.filter(({ effect }) => effect === "refuse");
  if (refused.length > 0) throw new UserError("rules-not-met", causesText(refused.map(({ cause }) => cause)));
}

/** One open request per person and server, from whichever of their Slack accounts. */
export function refuseSecond(projections: Projections, server: ManagedServer, person: string, userId: string): void {
  const mine = (rollout: Rollout) =>
    rollout.status === "requested" &&
    isAsking(rollout) &&
    !isApproved(rollout, server.policy) &&
    rollout.parties.some((party) => party.person === person || party.user.id === userId);
  const open = projections.openRollouts(server.name).find(mine);
  if (open)
    throw new UserError(
      "already-requested",
      `Your request ${open.id} already waits for approval on ${server.name}. Withdraw it first, or wait.`,
    );
}

export function renewal(projections: Projections, old: string, as: string, by: string): Change {
  const before = rolloutById(projections, old);
  if (before?.renewedAs !== undefined)
    throw new UserError("already-renewed", `${old} was asked again already, as ${before.renewedAs}.`);
  if (before?.status !== "closed") throw new UserError("not-renewable", `${old} cannot be asked again.`);
  return { stream: `rollout.${old}`, actor: by, events: [{ type: "rollout.renewed", data: { as, by } }] };
}

export function approvalsChanged(server: ManagedServer, needed: number, size: number): string {
  if (needed === 0) return `${server.name} no longer requires approval for this.`;
  return `${server.name} requires ${needed === 1 ? "1 approval" : `${needed} approvals`} for this now. ${size} agents count, with those that you asked for within 24 h.`;
}
