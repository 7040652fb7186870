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
import { doneByOthers } from "./done-by-others.ts";
import { emergency } from "./emergency.ts";
import { enoughApprovers } from "./enough-approvers.ts";
import { externalUpgrades } from "./external-upgrades.ts";
import { fitsWindow } from "./fits-window.ts";
import { forgottenUpgrades } from "./forgotten-upgrades.ts";
import { freeze } from "./freeze.ts";
import type { Gate } from "./gate.ts";
import { inactive } from "./inactive.ts";
import { ledgerWritable } from "./ledger-writable.ts";
import { lookedAround } from "./looked-around.ts";
import { maxAgents } from "./max-agents.ts";
import { mode, serverMode } from "./mode.ts";
import { moreApprovals } from "./more-approvals.ts";
import { nameTyped } from "./name-typed.ts";
import { narrowerApprovers } from "./narrower-approvers.ts";
import { needsUpgrade } from "./needs-upgrade.ts";
import { neverList } from "./never-list.ts";
import { newerThanServer } from "./newer-than-server.ts";
import { nothingLeft } from "./nothing-left.ts";
import { offline } from "./offline.ts";
import { otherName } from "./other-name.ts";
import { ownerRights } from "./owner-rights.ts";
import { permissions } from "./permissions.ts";
import { planDrift } from "./plan-drift.ts";
import { readable } from "./readable.ts";
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
import { scheduledStarts } from "./scheduled-starts.ts";
import { serverAnswers } from "./server-answers.ts";
import type { ServerSituation } from "./server-situation.ts";
import { serverTakesUpgrades } from "./server-takes-upgrades.ts";
import { serverVersion } from "./server-version.ts";
import { slots } from "./slots.ts";
import { startOnTime } from "./start-on-time.ts";
import type { StartSituation } from "./start-situation.ts";
import { startTime } from "./start-time.ts";
import { unsupportedPlatform } from "./unsupported-platform.ts";
import { upgradedByOthers } from "./upgraded-by-others.ts";
import { watched } from "./watched.ts";
import { windowOpen } from "./window-open.ts";

export interface Situations {
  readonly server: ServerSituation;
  readonly rollout: RolloutSituation;
  readonly agent: AgentSituation;
  readonly start: StartSituation;
  readonly relay: RelaySituation;
}

/** Every rule that can keep something from beginning, in the order in which people are told. */
export const GATES: { readonly [S in keyof Situations]: readonly Gate<Situations[S]>[] } = {
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
    moreApprovals,
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
  // Of a plan rights come first: somebody who may not see an agent is not told that it is on a list or in a rollout either.
  agent: [
    readable,
    doneByOthers,
    offline,
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
