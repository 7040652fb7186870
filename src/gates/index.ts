import type { Policy } from "../domain/policy.ts";
import { deployments } from "./deployments.ts";
import { externalUpgrades } from "./external-upgrades.ts";
import { freeze } from "./freeze.ts";
import type { Blocked, Point, ServerGate, Text } from "./gate.ts";
import { ledgerWritable } from "./ledger-writable.ts";
import { lookedAround } from "./looked-around.ts";
import { mode } from "./mode.ts";
import { otherName } from "./other-name.ts";
import { serverAnswers } from "./server-answers.ts";
import type { ServerSituation } from "./server-situation.ts";
import { serverTakesUpgrades } from "./server-takes-upgrades.ts";
import { windowOpen } from "./window-open.ts";

/** Every rule that can keep something from beginning, in the order in which people are told. */
const GATES: { readonly server: readonly ServerGate[] } = {
  server: [
    mode,
    freeze,
    serverAnswers,
    lookedAround,
    otherName,
    windowOpen,
    ledgerWritable,
    externalUpgrades,
    serverTakesUpgrades,
    deployments,
  ],
};

interface Situations {
  readonly server: ServerSituation;
}

/** Why this does not begin, every reason in the list's order; none = it may. */
export function blockedAt<S extends keyof Situations>(
  at: Point,
  scope: S,
  situation: Situations[S],
  policy: Policy,
): readonly Blocked[] {
  return GATES[scope].flatMap((gate) => {
    const found = gate.at.includes(at) ? gate.blocks(situation, { at, policy }) : undefined;
    return found ? [{ gate: gate.id, ...found }] : [];
  });
}

/** The sentence for people. */
export function phraseOf(blocked: Pick<Blocked, "gate" | "code" | "params">): Text {
  return GATES.server.find(({ id }) => id === blocked.gate)?.phrase(blocked) ?? [];
}
