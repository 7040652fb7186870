import type { Key, Line } from "../../core/view.ts";

/** Worst first. */
const LEVELS = ["problem", "warning", "ok"] as const;
export type DoctorLevel = (typeof LEVELS)[number];

/** One thing that a check found. */
export interface Found {
  readonly level: DoctorLevel;
  /** The kind of fault, e.g. `channel-archived`; of what is in order, the check's name. */
  readonly code: Key;
  readonly sentence: Line;
  /** What a person does about it; empty if it is in order. */
  readonly remedy: Line;
}

/** The same with what it is about: Slack, the ledger, or a server. */
export interface DoctorFinding extends Found {
  readonly about: About;
}

export type About =
  | { readonly kind: "slack" }
  | { readonly kind: "ledger" }
  | { readonly kind: "server"; readonly name: string };

export function ok(code: Key, ...sentence: Line): Found {
  return { level: "ok", code, sentence, remedy: [] };
}

export function warning(code: Key, sentence: Line, remedy: Line): Found {
  return { level: "warning", code, sentence, remedy };
}

export function problem(code: Key, sentence: Line, remedy: Line): Found {
  return { level: "problem", code, sentence, remedy };
}

/** How a person reads it: `Slack`, `the ledger`, `prod`. */
export function aboutText(about: About): string {
  if (about.kind === "server") return about.name;
  return about.kind === "slack" ? "Slack" : "ledger";
}

/** The worst first; of one level in their own order. */
export function inOrder<F extends { readonly level: DoctorLevel }>(found: readonly F[]): readonly F[] {
  return [...found].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}
