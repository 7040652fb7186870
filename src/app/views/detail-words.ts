import { BUSY_AGENT } from "../../domain/upgrades/skip-code.ts";
import type { Reached } from "../../domain/upgrades/upgrade.ts";
import { duration } from "./words.ts";

/** What is known besides the kind of an outcome, for people. Codes are phrased; everything else is as it was written down. */
export function detailWords({ detail, waited }: Pick<Reached, "detail" | "waited">): string {
  if (detail !== BUSY_AGENT) return detail;
  const long = waited === undefined ? "" : ` after ${duration(waited)} of waiting`;
  return `a deployment still ran on it${long}`;
}
