import { count } from "../core/format.ts";
import { data, type Line } from "../core/view.ts";
import type { Plan } from "../model/plan/plan.ts";

/** The relays of a plan, each with how many agents go dark with it. */
export function plannedRelays({ relays = [] }: Pick<Plan, "relays">): readonly Line[] {
  const lines = relays
    .slice(0, MAX_RELAYS)
    .map(({ name, version, dark }): Line => [data(name), " at ", data(version), `: ${darkWords(dark)}`]);
  return relays.length > MAX_RELAYS ? [...lines, [`and ${relays.length - MAX_RELAYS} more`]] : lines;
}

/** `12 agents go offline with it`. */
export function darkWords(dark: number): string {
  if (dark === 0) return "no agent that the server lists is behind it";
  return `${count(dark, "agent goes", "agents go")} offline with it`;
}

const MAX_RELAYS = 10;
