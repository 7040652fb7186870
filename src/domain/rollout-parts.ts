import type { AgentRef, PauseKind } from "./events.ts";

/** A message that was announced in the ledger, and where it stands once it is known to have been posted. */
export interface Post {
  readonly key: string;
  readonly channel: string;
  readonly announcedAt: number;
  readonly ts: string | undefined;
}

/** Somebody in Slack and the server's user that they are. */
export interface Party {
  readonly person: string;
  readonly user: AgentRef;
}

export interface Approval extends Party {
  readonly at: number;
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
  readonly because: string | null;
  readonly approvals: readonly Approval[];
  readonly reminded: boolean;
  /** The rollout has begun, or gone on, with it. */
  readonly used: boolean;
  readonly closed: Closing | undefined;
}

export interface Closing {
  readonly how: "denied" | "withdrawn" | "expired";
  /** Undefined where nobody did it. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
}

export interface Pause {
  readonly kind: PauseKind;
  readonly by: string;
  readonly sentence: string;
  readonly at: number;
  /** What the server is at now, where that is why. */
  readonly serverVersion?: string;
}
