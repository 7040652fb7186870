import type { StoredEvent } from "../events.ts";
import { type Plan, withoutWaiting } from "../plan/plan.ts";
import { widening } from "../plan/widening.ts";
import { evolveRelayWork, NO_RELAY_WORK } from "../relay/turn.ts";
import { withReadings } from "./approval.ts";
import { resumesWhenApproved } from "./request.ts";
import type { Rollout } from "./rollout.ts";
import type { RolloutEvent } from "./rollout-events.ts";
import { evolveGuards, NO_GUARDS } from "./rollout-guards.ts";
import {
  callOf,
  evolveReview,
  joined,
  offerOver,
  type Party,
  type Post,
  type Request,
  type RequestEnd,
  withApproval,
  withOffer,
  withPost,
} from "./rollout-parts.ts";

type Requested = Extract<RolloutEvent, { readonly type: "rollout.requested" }>["data"];
type Started = Extract<RolloutEvent, { readonly type: "rollout.started" }>["data"];

/** A rollout after one more event of its stream; undefined until it is asked for or started. */
export function evolveRollout(state: Rollout | undefined, event: StoredEvent): Rollout | undefined {
  if (event.type === "rollout.requested") return requested(state, event.data, event);
  if (event.type === "rollout.started") return started(state, event.data, event);
  if (!state) return undefined;
  const guards = evolveGuards(state.guards, event);
  const relayWork = state.plan.relays ? evolveRelayWork(state.relayWork, event) : state.relayWork;
  const request = withReadings(state.request, event);
  const next = { ...state, ...callOf(event), seq: event.seq, guards, relayWork, request };
  const voided = offerOver(state.offer, "void");
  switch (event.type) {
    case "rollout.approved":
      return state.request ? { ...next, request: withApproval(state.request, event) } : next;
    case "rollout.denied":
      return closed(next, { how: "denied", reason: undefined, causes: [], ...event.data });
    case "rollout.withdrawn":
      return closed(next, { how: "withdrawn", by: event.data.by, reason: undefined, causes: [] });
    case "rollout.expired":
      return closed(next, { how: "expired", by: undefined, reason: undefined, causes: [] });
    case "rollout.reminded":
      return request ? { ...next, request: { ...request, reminded: true } } : next;
    case "rollout.renewed":
      return { ...next, renewedAs: event.data.as };
    case "rollout.paused": {
      const pause = { ...event.data, at: event.at, position: event.position };
      const held = request && resumesWhenApproved(state) ? { ...request, held: true } : request;
      return { ...next, status: "paused", pause, pauses: state.pauses + 1, request: held };
    }
    case "rollout.continued": {
      const { by, serverUser, policy, serverVersion = state.pause?.serverVersion } = event.data;
      const parties = joined(state.parties, { person: by, user: serverUser });
      const used = request && { ...request, used: true };
      const plan = serverVersion === undefined ? state.plan : { ...state.plan, serverVersion };
      const owned = { owner: by, serverUser, policy, parties, takenOver: by !== state.owner };
      const offer = by === state.owner ? state.offer : voided;
      return { ...next, ...owned, status: "running", pause: undefined, plan, request: used, offer };
    }
    case "rollout.offered":
      return { ...next, ...withOffer(state.offer, event.data) };
    case "rollout.offer-ended":
      return { ...next, offer: offerOver(state.offer, event.data.how) };
    case "rollout.scheduled":
      return { ...next, schedule: { at: event.data.at } };
    case "rollout.rescheduled":
      return { ...next, schedule: { at: event.data.at }, request: request && { ...request, approvals: [] } };
    case "rollout.unscheduled":
      return { ...next, schedule: undefined };
    case "review.opened":
    case "review.reminded":
    case "review.closed":
      return { ...next, review: evolveReview(state.review, event) };
    case "rollout.handed-over":
      return handedOver(next, event.data);
    case "waiting.returned": {
      const { agents } = event.data;
      return { ...next, plan: { ...withoutWaiting(state.plan, agents), agents: [...state.plan.agents, ...agents] } };
    }
    case "waiting.dropped":
      return { ...next, plan: withoutWaiting(state.plan, event.data.agents) };
    case "rollout.stopped":
      return { ...next, status: "stopping", stoppedBy: event.data.by, pause: undefined, offer: voided };
    case "rollout.ended":
      return {
        ...next,
        status: "ended",
        endedAt: event.at,
        took: event.data.took,
        endedPosition: event.position,
        pause: undefined,
        offer: voided,
      };
    case "message.posting":
    case "message.posted":
    case "message.stale":
    case "message.left":
      return { ...next, posts: withPost(state.posts, event, event.at) };
    default:
      return next;
  }
}

function requested(state: Rollout | undefined, data: Requested, event: StoredEvent): Rollout {
  const requester: Party = { person: data.requester, user: data.serverUser };
  const request: Request = {
    round: (state?.request?.round ?? 0) + 1,
    hash: data.plan.hash,
    requester,
    needed: data.needed,
    askedAt: event.at,
    expiresAt: data.expiresAt,
    because: data.because,
    ...(data.found ? { findings: data.found } : {}),
    ...(data.facts ? { facts: data.facts } : {}),
    ...(data.lost ? { lost: data.lost } : {}),
    ...(data.held === undefined ? {} : { held: data.held }),
    approvals: [],
    reminded: false,
    used: false,
    closed: undefined,
  };
  const parties = joined(state?.parties ?? [], requester);
  const { rollout: id, channel, plan, policy, size, typed = state?.typed } = data;
  const asked = { seq: event.seq, plan, policy, size, typed, parties, request, ...callOf(event) };
  if (state) return { ...state, ...asked };
  return { ...fresh, ...asked, id, channel, owner: data.requester, serverUser: data.serverUser, startedAt: event.at };
}

function started(state: Rollout | undefined, data: Started, event: StoredEvent): Rollout {
  const { rollout: id, plan, owner, serverUser, channel, policy, size, dropped, typed = state?.typed } = data;
  return {
    ...(state ? { ...state, startedByDrydock: true } : fresh),
    id,
    seq: event.seq,
    ...callOf(event),
    status: "running",
    plan,
    owner,
    serverUser,
    channel,
    startedAt: event.at,
    policy,
    size: size ?? plan.agents.length,
    typed,
    parties: joined(state?.parties ?? [], { person: owner, user: serverUser }),
    request: withReadings(begunWith(state, plan), event),
    dropped: dropped ?? [],
  };
}

/** Approvals are for what was asked for or less; for anything else there are none. */
function begunWith(state: Rollout | undefined, plan: Plan): Request | undefined {
  if (!state?.request) return undefined;
  const approvals = widening(state.plan, plan) === undefined ? state.request.approvals : [];
  return { ...state.request, approvals, used: true };
}

const fresh = {
  status: "requested",
  stoppedBy: undefined,
  endedAt: undefined,
  took: undefined,
  endedPosition: undefined,
  posts: new Map<string, Post>(),
  dropped: [],
  pause: undefined,
  pauses: 0,
  offer: undefined,
  review: undefined,
  schedule: undefined,
  renewedAs: undefined,
  guards: NO_GUARDS,
  relayWork: NO_RELAY_WORK,
} satisfies Partial<Rollout>;

type HandedOver = Extract<RolloutEvent, { readonly type: "rollout.handed-over" }>["data"];

/** What still waits for approval is the new owner's too: it must not fall back to the former one. */
function handedOver(state: Rollout, { by, serverUser, from }: HandedOver): Rollout {
  const owner: Party = { person: by, user: serverUser };
  const request = state.request && !state.request.used ? { ...state.request, requester: owner } : state.request;
  const offer = state.offer && { ...state.offer, from, over: "taken" as const };
  return { ...state, owner: by, serverUser, parties: joined(state.parties, owner), request, offer };
}

/** A request that is over. Of a rollout that has begun, a denial stops it; otherwise it stays paused. */
function closed(state: Rollout, closing: RequestEnd): Rollout {
  const next = { ...state, request: state.request && { ...state.request, closed: closing } };
  if (state.status === "requested") return { ...next, status: "closed" };
  if (closing.how !== "denied") return next;
  const offer = offerOver(state.offer, "void");
  return { ...next, status: "stopping", stoppedBy: closing.by, pause: undefined, offer };
}
