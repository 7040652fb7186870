import { count } from "../../core/format.ts";
import type { Key, Line } from "../../core/view.ts";

/** Worst first. */
const LEVELS = ["problem", "warning", "unchecked", "ok"] as const;
export type DoctorLevel = (typeof LEVELS)[number];

/** One thing that a check found. */
export interface Found {
  readonly level: DoctorLevel;
  /** The kind of fault, e.g. `channel-archived`; of what is in order, the check's name. */
  readonly code: Key;
  readonly sentence: Line;
  /** What a person does about it; empty if there is nothing to do. */
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

/** Drydock could not look: that is neither in order nor a fault. */
export function unchecked(code: Key, sentence: Line, remedy: Line = []): Found {
  return { level: "unchecked", code, sentence, remedy };
}

export function warning(code: Key, sentence: Line, remedy: Line): Found {
  return { level: "warning", code, sentence, remedy };
}

export function problem(code: Key, sentence: Line, remedy: Line): Found {
  return { level: "problem", code, sentence, remedy };
}

export function isFault({ level }: Pick<Found, "level">): boolean {
  return level === "problem" || level === "warning";
}

/** `1 problem, 2 warnings, 14 ok`; what was not checked is counted if there is any. */
export function levelCounts(found: readonly Pick<Found, "level">[]): string {
  const number = (wanted: DoctorLevel) => found.filter(({ level }) => level === wanted).length;
  const unseen = number("unchecked");
  return [
    count(number("problem"), "problem"),
    count(number("warning"), "warning"),
    ...(unseen > 0 ? [`${unseen} not checked`] : []),
    `${number("ok")} ok`,
  ].join(", ");
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
