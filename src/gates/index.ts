import type { Cause, Params } from "../core/cause.ts";
import type { Sentence } from "../core/finding.ts";
import type { ExclusionReason } from "../model/plan/plan.ts";
import type { Policy } from "../model/policy.ts";
import { type Blocked, blockOf, type Gate, type Point, type Shown } from "./gate.ts";
import { GATES, type Situations } from "./gates.ts";
import type { Setting } from "./setting.ts";
import type { Text } from "./text.ts";

const EVERY: readonly Pick<Gate<never>, "id" | "label" | "setting" | "phrase" | "shown">[] =
  Object.values(GATES).flat();

/** The settings that gates bring with them. */
export const SETTINGS: readonly Setting<unknown>[] = EVERY.flatMap(({ setting }) => setting ?? []);

/** The reasons why this does not begin, in the list's order, each found only once it is asked for. */
function* blocksAt<S extends keyof Situations>(
  at: Point,
  scope: S,
  situation: Situations[S],
  policy: Policy,
): Generator<Blocked, undefined> {
  const gates: readonly Gate<Situations[S]>[] = GATES[scope];
  const asked = { at, policy };
  for (const gate of gates) {
    const found = gate.at.includes(at) && gate.blocks(situation, asked);
    if (found) yield blockOf(gate.id, found);
  }
}

/** Why this does not begin, every reason in the list's order; none = it may. */
export function blockedAt<S extends keyof Situations>(
  at: Point,
  scope: S,
  situation: Situations[S],
  policy: Policy,
): readonly Blocked[] {
  return [...blocksAt(at, scope, situation, policy)];
}

/** The first of these reasons. */
export function firstBlockedAt<S extends keyof Situations>(
  at: Point,
  scope: S,
  situation: Situations[S],
  policy: Policy,
): Blocked | undefined {
  return blocksAt(at, scope, situation, policy).next().value;
}

/** The sentence for a cause that a gate has found; the code itself where no gate of this version words it. */
export function phraseOf({ cause }: Pick<Blocked, "cause">): Text {
  const { gate, found } = foundIn(cause);
  return gate?.phrase?.(found) ?? [{ data: cause.code }];
}

/** The same for those who read beside it what they can do about it. */
export function adviceOf(
  blocked: Blocked,
  policy: Policy,
): { readonly sentence: Text; readonly todo: Sentence | undefined } {
  const { gate, found } = foundIn(blocked.cause);
  const { fact, todo } = gate?.shown ?? {};
  return { sentence: fact?.(found) ?? phraseOf(blocked), todo: todo?.(policy, found.code) };
}

function foundIn({ code, params }: Cause) {
  const dot = code.indexOf(".");
  const gate = EVERY.find(({ id }) => id === code.slice(0, dot));
  return { gate, found: { code: code.slice(dot + 1), params: params as Params } };
}

/** What plans call the agents that a gate leaves out. */
export function labelOf(blocked: Blocked): ExclusionReason {
  return EVERY.find(({ id }) => id === blocked.gate)?.label ?? "not known";
}

/** What a block means for those who look at it. */
export function shownOf(blocked: Pick<Blocked, "gate">): Shown {
  return EVERY.find(({ id }) => id === blocked.gate)?.shown ?? {};
}
