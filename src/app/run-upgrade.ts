import { type AgentDetail, needsUpgrade } from "../domain/agent.ts";
import type { Fact } from "../domain/events.ts";
import type { PlannedAgent } from "../domain/plan.ts";
import { neverRuleFor, wantedPermissions } from "../domain/policy.ts";
import { missingRights } from "../domain/rights.ts";
import type { Rollout } from "../domain/rollout.ts";
import { notTriggered, parseUpgradeId, type Upgrade, upgradeId } from "../domain/upgrade.ts";
import { type Board, onUpgrade } from "./board.ts";
import { LedgerConflict, type Log, ServerError, type TriggerResult } from "./ports.ts";
import { readGrants } from "./rights.ts";
import type { Site, Sites } from "./site.ts";
import { UserError } from "./user-error.ts";

const MOST_FAILED_LOOKS = 5;

interface Ports {
  readonly board: Board;
  readonly sites: Sites;
  readonly log: Log;
  /** The server gave no answer: nothing begins on it until it does again. */
  readonly onServerTrouble: (site: Site, error: ServerError) => void;
}

/**
 * One attempt, from the last look before the trigger until its slot is free. May be called again for the same id at any
 * time: what is in the ledger as intended is never triggered a second time.
 */
export function createRunner(ports: Ports): (id: string, signal: AbortSignal) => Promise<void> {
  const { board, log } = ports;
  /** Last looks that the server failed to answer, by upgrade: one agent must not be asked about for ever. */
  const failedLooks = new Map<string, number>();

  async function begin(id: string): Promise<void> {
    const place = parseUpgradeId(id);
    const rollout = place && board.rollouts.get(place.rollout);
    const site = rollout && ports.sites.get(rollout.plan.server);
    const agent = rollout?.plan.agents.find((planned) => planned.id === place?.agentId);
    if (!place || !rollout || !site || !agent || rollout.status !== "running") return;
    const looked = await look(site, rollout, agent, id);
    if (!looked) return;
    const base = {
      rollout: rollout.id,
      server: site.name,
      agent: { id: agent.id, name: agent.name, ...(agent.relay ? { relay: agent.relay } : {}) },
      attempt: place.attempt,
      from: looked.version,
    };
    const fact: Fact = looked.skip
      ? { type: "upgrade.skipped", data: { ...base, reason: looked.skip } }
      : { type: "upgrade.intended", data: base };
    let written = false;
    await board.change(() => {
      const stopped = board.rollouts.get(rollout.id)?.status !== "running";
      written = !stopped && !board.upgrade(id);
      return written ? [...closeEarlier(rollout.id, agent.id, place.attempt), onUpgrade(id, [fact])] : [];
    });
    // Only who wrote the intention down may act on it: the ledger decides that once, for ever.
    if (!written || looked.skip) return;
    const result = await site.urbancode.trigger(agent.id);
    await board.change(() => [onUpgrade(id, factsOf(result))]);
    if (result.kind === "unsent") ports.onServerTrouble(site, new ServerError("unreachable", result.text));
  }

  /** An older attempt has nothing left to say once a new one begins. */
  function closeEarlier(rollout: string, agentId: string, attempt: number) {
    const earlier = board.upgrade(upgradeId(rollout, agentId, attempt - 1));
    return earlier && !earlier.closed ? [onUpgrade(earlier.id, [{ type: "upgrade.closed", data: {} }])] : [];
  }

  /** The last look before the trigger; undefined where the server does not answer. */
  async function look(
    site: Site,
    rollout: Rollout,
    agent: PlannedAgent,
    id: string,
  ): Promise<{ readonly version: string | null; readonly skip: string | undefined } | undefined> {
    try {
      const read = await site.urbancode.info(agent.id);
      // A server that leaves tags out where there are none would otherwise fall under every rule about tags.
      const detail = { ...read, tags: read.tags ?? agent.tags ?? [] };
      const user = await site.urbancode.user(rollout.serverUser.id);
      const wanted = wantedPermissions(site.policy, new Set(detail.callerRights.keys()));
      const grants = await readGrants(site, user);
      const missing = missingRights(grants, wanted, detail.teams);
      return {
        version: detail.version ?? null,
        skip: user.active
          ? reasonToSkip(site, detail, wanted, missing)
          : "the owner's account on the server is deleted or locked",
      };
    } catch (error) {
      if (error instanceof UserError) return { version: null, skip: error.message };
      if (!(error instanceof ServerError)) throw error;
      const failed = (failedLooks.get(id) ?? 0) + (error.fault === "failing" ? 1 : 0);
      if (error.fault === "unreachable" || (error.fault === "failing" && failed < MOST_FAILED_LOOKS)) {
        failedLooks.set(id, failed);
        ports.onServerTrouble(site, error);
        return undefined;
      }
      failedLooks.delete(id);
      return { version: null, skip: error.message };
    }
  }

  return async (id, signal) => {
    try {
      if (!board.upgrade(id)) await begin(id);
    } catch (error) {
      if (!(error instanceof LedgerConflict)) throw error;
      log.info({ id }, "another process has this upgrade");
      return;
    }
    await slotFree(board, id, signal);
  };
}

function reasonToSkip(
  site: Site,
  detail: AgentDetail,
  wanted: readonly string[],
  missing: readonly string[],
): string | undefined {
  if (detail.status === "offline") return "offline just before its turn";
  if (!needsUpgrade(detail.status))
    return `it does not ask for an upgrade any more (${detail.status}, version ${detail.version ?? "not reported"})`;
  const never = neverRuleFor(site.policy, detail);
  if (never) return `on the never list: ${never.reason}`;
  if (missing.length > 0) return `the owner lacks ${missing.join(", ")} on it now`;
  const own = wanted.filter((permission) => detail.callerRights.get(permission) === false);
  if (own.length > 0) return `Drydock's own account lacks ${own.join(", ")} on it`;
  return undefined;
}

function factsOf(result: TriggerResult): readonly Fact[] {
  switch (result.kind) {
    case "accepted":
      return [{ type: "upgrade.triggered", data: { status: result.status } }];
    case "uncertain":
      return [{ type: "upgrade.uncertain", data: { text: result.text } }];
    case "refused":
    case "unsent":
      return notTriggered(result.kind, result.text);
  }
}

/** Waits until the upgrade holds no slot any more; the domain's deadlines see to it that this comes. */
function slotFree(board: Board, id: string, signal: AbortSignal): Promise<void> {
  const holds = (upgrade: Upgrade | undefined) => upgrade?.holdsSlot === true;
  if (signal.aborted || !holds(board.upgrade(id))) return Promise.resolve();
  return new Promise((resolve) => {
    const ignore = board.onChange(() => {
      if (!holds(board.upgrade(id))) done();
    });
    function done(): void {
      ignore();
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
