import type { Params } from "../core/cause.ts";
import type { ExclusionReason } from "../model/plan/plan.ts";
import type { Policy } from "../model/policy.ts";
import { accountPermissions } from "./account-permissions.ts";
import type { AgentSituation } from "./agent-situation.ts";
import { agentsChanged } from "./agents-changed.ts";
import { anotherPaused } from "./another-paused.ts";
import { approvals } from "./approvals.ts";
import { approversValid } from "./approvers-valid.ts";
import { breaker } from "./breaker.ts";
import { busy } from "./busy.ts";
import { canariesFirst } from "./canaries-first.ts";
import { canaryHold } from "./canary-hold.ts";
import { canaryMinimum } from "./canary-minimum.ts";
import { claimed } from "./claimed.ts";
import { coverage } from "./coverage.ts";
import { deployments } from "./deployments.ts";
import { emergency } from "./emergency.ts";
import { enoughApprovers } from "./enough-approvers.ts";
import { externalUpgrades } from "./external-upgrades.ts";
import { fitsWindow } from "./fits-window.ts";
import { forgottenUpgrades } from "./forgotten-upgrades.ts";
import { freeze } from "./freeze.ts";
import { type Blocked, blockOf, type Gate, type Point } from "./gate.ts";
import { inactive } from "./inactive.ts";
import { ledgerWritable } from "./ledger-writable.ts";
import { lookedAround } from "./looked-around.ts";
import { maxAgents } from "./max-agents.ts";
import { mode, serverMode } from "./mode.ts";
import { nameTyped } from "./name-typed.ts";
import { narrowerApprovers } from "./narrower-approvers.ts";
import { needsUpgrade } from "./needs-upgrade.ts";
import { neverList } from "./never-list.ts";
import { newerThanServer } from "./newer-than-server.ts";
import { nothingLeft } from "./nothing-left.ts";
import { otherName } from "./other-name.ts";
import { ownerRights } from "./owner-rights.ts";
import { permissions } from "./permissions.ts";
import { planDrift } from "./plan-drift.ts";
import { reasonGiven } from "./reason-given.ts";
import { recordable } from "./recordable.ts";
import { relayAgentsListed } from "./relay-agents-listed.ts";
import { relayClaimed } from "./relay-claimed.ts";
import { relayConnected } from "./relay-connected.ts";
import { relayLags } from "./relay-lags.ts";
import { relayNewer } from "./relay-newer.ts";
import { relayPermissions } from "./relay-permissions.ts";
import { relayRoom } from "./relay-room.ts";
import type { RelaySituation } from "./relay-situation.ts";
import { relayTurn } from "./relay-turn.ts";
import { relayVersionKnown } from "./relay-version-known.ts";
import { relayWell } from "./relay-well.ts";
import { retryPause } from "./retry-pause.ts";
import type { RolloutSituation } from "./rollout-situation.ts";
import { running } from "./running.ts";
import { sameRequester } from "./same-requester.ts";
import { scheduledApproval } from "./scheduled-approval.ts";
import { scheduledStarts } from "./scheduled-starts.ts";
import { serverAnswers } from "./server-answers.ts";
import type { ServerSituation } from "./server-situation.ts";
import { serverTakesUpgrades } from "./server-takes-upgrades.ts";
import { serverVersion } from "./server-version.ts";
import type { Setting } from "./setting.ts";
import { slots } from "./slots.ts";
import { startOnTime } from "./start-on-time.ts";
import type { StartSituation } from "./start-situation.ts";
import { startTime } from "./start-time.ts";
import type { Text } from "./text.ts";
import { unsupportedPlatform } from "./unsupported-platform.ts";
import { upgradedByOthers } from "./upgraded-by-others.ts";
import { watched } from "./watched.ts";
import { windowOpen } from "./window-open.ts";

interface Situations {
  readonly server: ServerSituation;
  readonly rollout: RolloutSituation;
  readonly agent: AgentSituation;
  readonly start: StartSituation;
  readonly relay: RelaySituation;
}

/** Every rule that can keep something from beginning, in the order in which people are told. */
const GATES: { readonly [S in keyof Situations]: readonly Gate<Situations[S]>[] } = {
  server: [
    serverMode,
    freeze,
    watched,
    serverAnswers,
    lookedAround,
    forgottenUpgrades,
    otherName,
    windowOpen,
    ledgerWritable,
    externalUpgrades,
    serverTakesUpgrades,
    deployments,
  ],
  rollout: [
    running,
    mode,
    nothingLeft,
    maxAgents,
    reasonGiven,
    canaryMinimum,
    nameTyped,
    sameRequester,
    narrowerApprovers,
    approversValid,
    approvals,
    coverage,
    anotherPaused,
    serverVersion,
    emergency,
    scheduledApproval,
    startOnTime,
    planDrift,
    agentsChanged,
    enoughApprovers,
    ownerRights,
    relayWell,
    breaker,
    canaryHold,
  ],
  start: [startTime, scheduledStarts],
  relay: [relayPermissions, relayClaimed, relayConnected, relayVersionKnown, relayLags, relayNewer, relayAgentsListed],
  // Rights come first: somebody who may not see an agent is not told that it is on a list or in a rollout either.
  agent: [
    needsUpgrade,
    permissions,
    recordable,
    neverList,
    claimed,
    accountPermissions,
    inactive,
    newerThanServer,
    unsupportedPlatform,
    upgradedByOthers,
    busy,
    fitsWindow,
    relayTurn,
    canariesFirst,
    retryPause,
    slots,
    relayRoom,
  ],
};

const EVERY: readonly Pick<Gate<never>, "id" | "label" | "setting" | "phrase">[] = Object.values(GATES).flat();

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
export function phraseOf({ cause: { code, params } }: Pick<Blocked, "cause">): Text {
  const dot = code.indexOf(".");
  const gate = EVERY.find(({ id }) => id === code.slice(0, dot));
  return gate?.phrase?.({ code: code.slice(dot + 1), params: params as Params }) ?? [{ data: code }];
}

/** What plans call the agents that a gate leaves out. */
export function labelOf(blocked: Blocked): ExclusionReason {
  return EVERY.find(({ id }) => id === blocked.gate)?.label ?? "not known";
}
