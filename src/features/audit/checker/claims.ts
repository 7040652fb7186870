import type { Line } from "../../../core/view.ts";

/** What an audit proves of each rollout, in the order in which people read it. */
export const CLAIMS = {
  "in-flight": "No upgrade began unrecorded, twice, or while 10 were in flight",
  slots: "No upgrade began while all slots of policy or plan were taken",
  approvals: "It had the approvals that the policy required",
  approvers: "No approver had asked for it or owned it, unless the policy allows that",
  review: "An approver who had never owned it reviewed the emergency",
  plan: "Only agents of the approved plan were upgraded",
  freeze: "No upgrade began in a freeze",
  window: "No upgrade began outside a maintenance window",
  halt: "No upgrade began while it was paused, stopped or over",
  "rights-press": "Requesters, owners and approvers held their rights when they pressed",
  "rights-trigger": "The owner held the rights at each upgrade",
} as const;

export type Claim = keyof typeof CLAIMS;
export const CLAIM_IDS = Object.keys(CLAIMS) as readonly Claim[];

/** What the ledger disproves, and the row that does. */
export interface Finding {
  readonly claim: Claim;
  readonly row: number;
  readonly at: number;
  readonly text: Line;
}

/** `waived`: the rules let it begin without. `nothing`: no event of the rollout is about it. */
export type Verdict = "proven" | "finding" | "not-recorded" | "waived" | "nothing";

export interface ClaimResult {
  /** How many events prove it. */
  readonly proven: number;
  readonly waived: number;
  /** How many events do not hold what a proof needs, with the first of them. */
  readonly unrecorded: number;
  readonly missing: { readonly row: number; readonly what: string } | undefined;
  /** The first of them. */
  readonly findings: readonly Finding[];
  readonly found: number;
  /** What else a reader has to know to judge for themselves. */
  readonly notes: readonly { readonly row: number; readonly text: Line }[];
  /** Of all times that were measured for it the longest. */
  readonly longest: (Measured & { readonly row: number }) | undefined;
}

/** In ms: from a reading to its row, or from an intention to the answer of the server. */
export interface Measured {
  readonly of: "reading" | "answer";
  readonly ms: number;
}

/** More findings of one claim are only counted, so that a long ledger takes little memory. */
const MAX_FINDINGS = 20;

export function verdictOf({ proven, waived, unrecorded, found }: ClaimResult): Verdict {
  if (found > 0) return "finding";
  if (unrecorded > 0) return "not-recorded";
  if (waived > 0) return "waived";
  return proven > 0 ? "proven" : "nothing";
}

/** Where an event is. */
export interface Row {
  readonly position: number;
  readonly at: number;
}

/** What one event says of one claim. */
export type Judgement =
  | { readonly kind: "proven"; readonly note?: Line; readonly measured?: Measured }
  | { readonly kind: "waived"; readonly note?: Line }
  | { readonly kind: "unrecorded"; readonly what: string }
  | { readonly kind: "finding"; readonly text: Line };

export const PROVEN: Judgement = { kind: "proven" };

/** @param ages of what was read, in ms. */
export function provenByReading(ages: readonly number[]): Judgement {
  return ages.length === 0 ? PROVEN : { kind: "proven", measured: { of: "reading", ms: Math.max(...ages) } };
}

export function waived(...note: Line): Judgement {
  return { kind: "waived", note };
}

export function unrecorded(what: string): Judgement {
  return { kind: "unrecorded", what };
}

export function finding(...text: Line): Judgement {
  return { kind: "finding", text };
}

/** Collects what the events of one rollout say. */
export interface Tally {
  add(claim: Claim, row: Row, judgement: Judgement): void;
  results(): Readonly<Record<Claim, ClaimResult>>;
}

interface Counted {
  proven: number;
  waived: number;
  unrecorded: number;
  missing: ClaimResult["missing"];
  findings: Finding[];
  found: number;
  notes: ClaimResult["notes"];
  longest: ClaimResult["longest"];
}

export function createTally(): Tally {
  const fresh = (): Counted => ({
    ...{ proven: 0, waived: 0, unrecorded: 0, missing: undefined },
    ...{ findings: [], found: 0, notes: [], longest: undefined },
  });
  const counted = Object.fromEntries(CLAIM_IDS.map((claim) => [claim, fresh()])) as Record<Claim, Counted>;
  return {
    add(claim, { position: row, at }, judgement) {
      const result = counted[claim];
      if (judgement.kind === "proven" || judgement.kind === "waived") {
        result[judgement.kind] += 1;
        const measured = "measured" in judgement ? judgement.measured : undefined;
        if (measured && measured.ms > (result.longest?.ms ?? -1)) result.longest = { ...measured, row };
        if (judgement.note) result.notes = [...result.notes, { row, text: judgement.note }];
      } else if (judgement.kind === "unrecorded") {
        result.unrecorded += 1;
        result.missing ??= { row, what: judgement.what };
      } else {
        result.found += 1;
        if (result.findings.length < MAX_FINDINGS) result.findings.push({ claim, row, at, text: judgement.text });
      }
    },
    results: () => counted,
  };
}
