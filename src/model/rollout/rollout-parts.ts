import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";
import type { ShortFinding } from "../../core/finding.ts";
import type { StoredEvent } from "../events.ts";
import type { ReviewEvent } from "../gate-events.ts";
import type { MessageEvent } from "../message-events.ts";
import type { PlanFacts } from "../plan/plan-facts.ts";
import { type Approval, isLost, withReadings } from "./approval.ts";
import type { LostApproval } from "./lost-approval.ts";
import type { PauseKind, RolloutEvent } from "./rollout-events.ts";

/** A message that was announced in the ledger, and where it stands once it is known to have been posted. */
export interface Post {
  readonly key: string;
  readonly channel: string;
  readonly announcedAt: number;
  /** The thread for which it was announced; null for none, undefined where that is not known. */
  readonly thread?: string | null | undefined;
  readonly ts: string | undefined;
  /** It shows what is no longer true. */
  readonly stale?: boolean;
}

/** What is known of the messages once this has happened too. */
export function withPost(posts: ReadonlyMap<string, Post>, event: MessageEvent, at: number): ReadonlyMap<string, Post> {
  if (event.type === "message.left") {
    const { channel, to } = event.data;
    const left = [...posts.values()].filter((post) => post.channel === channel);
    return new Map([
      ...posts,
      ...left.map(({ key }): [string, Post] => [key, { key, channel: to, announcedAt: at, ts: undefined }]),
    ]);
  }
  const { key } = event.data;
  if (event.type === "message.stale") {
    const post = posts.get(key);
    return post ? new Map(posts).set(key, { ...post, stale: event.data.stale }) : posts;
  }
  const { channel } = event.data;
  if (event.type === "message.posting")
    return new Map(posts).set(key, { key, channel, thread: event.data.thread, announcedAt: at, ts: undefined });
  const announcedAt = posts.get(key)?.announcedAt ?? at;
  return new Map(posts).set(key, { key, channel, announcedAt, ts: event.data.ts });
}

export function evolveReview(
  review: Review | undefined,
  event: ReviewEvent & { readonly at: number },
): Review | undefined {
  if (event.type === "review.opened") {
    const { by, serverUser, reason, agents } = event.data;
    return { by: { person: by, user: serverUser }, reason, agents, lastAt: event.at, reminders: 0, closed: undefined };
  }
  if (!review) return undefined;
  if (event.type === "review.reminded") return { ...review, lastAt: event.at, reminders: review.reminders + 1 };
  const { by, serverUser, note } = event.data;
  return { ...review, closed: { by: { person: by, user: serverUser }, note, at: event.at } };
}

/** After these, upgrades may begin. */
const BEGINS: ReadonlySet<StoredEvent["type"]> = new Set([
  "rollout.requested",
  "rollout.approved",
  "rollout.started",
  "rollout.continued",
  "rollout.retried",
] as const);

/** The call from which upgrades follow; nothing where the event has none. */
export function callOf({ type, callId }: StoredEvent): { readonly callId?: string } {
  return callId !== undefined && BEGINS.has(type) ? { callId } : {};
}

/** Somebody in Slack and the server's user that they are. */
export interface Party {
  readonly person: string;
  readonly user: AgentRef;
}

/** What was asked last, and what came of it. */
export interface Request {
  /** 1 for the first time, one more with every time that it is asked again. */
  readonly round: number;
  /** The plan's. */
  readonly hash: string;
  readonly requester: Party;
  /** Approvals that the policy wanted when it was asked. */
  readonly needed: number;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly because: readonly Cause[] | null;
  /** What whoever asked was told of the vendor's guide; left out = it was not looked at. */
  readonly findings?: readonly ShortFinding[];
  /** What the requester saw beside the plan; left out in older ledgers. */
  readonly facts?: PlanFacts;
  /** Whose approvals of the round before do not count any more. */
  readonly lost?: readonly LostApproval[];
  readonly approvals: readonly Approval[];
  /** The approvals do not resume the rollout: a person has to. False: they do, also on a dangerous server. */
  readonly held?: boolean;
  readonly reminded: boolean;
  /** The rollout has begun, or gone on, with it. */
  readonly used: boolean;
  readonly closed: RequestEnd | undefined;
}

type ApprovedEvent = Extract<RolloutEvent, { readonly type: "rollout.approved" }> & {
  readonly at: number;
  readonly position: number;
};

/** An approval of an earlier round, or of another plan, does not count. One that was lost gives way to its giver's next one. */
export function withApproval(request: Request, event: ApprovedEvent): Request {
  const { data, at, position } = event;
  if (request.round !== data.round || request.hash !== data.hash) return withReadings(request, event);
  const approval = { person: data.by, user: data.serverUser, at, position };
  const others = request.approvals.filter((earlier) => earlier.person !== data.by || !isLost(earlier));
  return withReadings({ ...request, approvals: [...others, approval] }, event);
}

/** Somebody is to have the rollout, if they want it. */
export interface Offer {
  /** How many there have been, this one included. */
  readonly n: number;
  readonly by: string;
  readonly to: string;
  /** Whose the rollout was when it was accepted. */
  readonly from: string | undefined;
  readonly expiresAt: number;
  /** `void`: somebody else took the rollout over meanwhile, or it ended. */
  readonly over: "taken" | "declined" | "expired" | "replaced" | "void" | undefined;
}

/** A look back at what has started without approval. */
export interface Review {
  readonly by: Party;
  readonly reason: string;
  readonly agents: number;
  /** When it was opened, or reminded of last. */
  readonly lastAt: number;
  readonly reminders: number;
  readonly closed: { readonly by: Party; readonly note: string; readonly at: number } | undefined;
}

export interface RequestEnd {
  readonly how: "denied" | "withdrawn" | "expired";
  /** Undefined where nobody did it. */
  readonly by: string | undefined;
  /** A person's. */
  readonly reason: string | undefined;
  /** Drydock's. */
  readonly causes: readonly Cause[];
}

export interface Pause {
  readonly kind: PauseKind;
  readonly by: string;
  readonly causes: readonly Cause[];
  readonly at: number;
  /** Its place in the ledger. */
  readonly position: number;
  /** What the server is at now, where that is why. */
  readonly serverVersion?: string;
}

/** The offer with how it ended; one that is over already stays as it is. */
export function offerOver(offer: Offer | undefined, over: NonNullable<Offer["over"]>): Offer | undefined {
  return offer && !offer.over ? { ...offer, over } : offer;
}

/** A newer offer replaces the one before. */
export function withOffer(offer: Offer | undefined, data: Pick<Offer, "by" | "to" | "expiresAt">) {
  const newest: Offer = { ...data, n: (offer?.n ?? 0) + 1, from: undefined, over: undefined };
  return { offer: newest, replacedOffer: offerOver(offer, "replaced") };
}

/** Each party once. */
export function joined(parties: readonly Party[], party: Party): readonly Party[] {
  const known = parties.some(({ person, user }) => person === party.person && user.id === party.user.id);
  return known ? parties : [...parties, party];
}
