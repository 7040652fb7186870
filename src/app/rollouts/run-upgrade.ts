import type { Agent } from "../../domain/agent.ts";
import type { Fact } from "../../domain/events.ts";
import { triggerBar } from "../../domain/gates/trigger.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { notTriggered } from "../../domain/upgrades/decide-upgrade.ts";
import { parseUpgradeId, type Upgrade } from "../../domain/upgrades/upgrade.ts";
import { type Board, onUpgrade } from "../board.ts";
import type { Identities } from "../people/identity.ts";
import type { Tokens } from "../people/tokens.ts";
import type { Clock, Log } from "../ports.ts";
import { reservedOn } from "../relays/reserved.ts";
import type { Site, Sites } from "../site.ts";
import { ServerError, type TriggerResult } from "../urbancode.ts";
import { closeEarlier, insteadOfAgain } from "./earlier-attempt.ts";
import { createPatientLook, type ToldLook } from "./patient-look.ts";
import { letsBegin } from "./steer.ts";

/** From the moment that an attempt is written down until its request has left, in ms. What was looked at before it may be untrue later. */
const MAX_SEND_DELAY = 10_000;

type Base = Extract<Fact, { readonly type: "upgrade.intended" }>["data"];

interface Ports {
  readonly board: Board;
  readonly sites: Sites;
  readonly identities: Identities;
  readonly tokens: Pick<Tokens, "of">;
  readonly clock: Clock;
  readonly log: Log;
  /** The server gave no answer, `requested`: to a request for an upgrade. Nothing begins on it until it does again. */
  readonly onServerTrouble: (site: Site, error: ServerError, requested?: boolean) => void;
  /** A pause or a stop that is not in the ledger yet. */
  readonly isHalted: (rollout: string) => boolean;
  /** Whether an agent that is offline just before its turn is in somebody else's hands. */
  readonly isElsewhere: (site: Site, agent: Agent) => Promise<boolean>;
}

/**
 * One attempt, from the last look before the trigger until its slot is free. May be called again for the same id at any
 * time: what is in the ledger as intended is never triggered a second time.
 */
export function createRunner(ports: Ports): (id: string, signal: AbortSignal) => Promise<void> {
  const { board } = ports;
  const look = createPatientLook(ports);

  async function begin(id: string, signal: AbortSignal): Promise<void> {
    const place = parseUpgradeId(id);
    const rollout = place && board.rollouts.get(place.rollout);
    const site = rollout && ports.sites.get(rollout.plan.server);
    const agent = rollout?.plan.agents.find((planned) => planned.id === place?.agentId);
    if (!place || !rollout || !site || !agent || rollout.status !== "running") return;
    const looked = await look(site, rollout, agent, id);
    if (!looked || signal.aborted) return;
    if (looked.kind === "pause") return await pause(rollout, looked.why);
    if (looked.kind === "offline" && (await ports.isElsewhere(site, looked.agent))) return;
    const base = {
      rollout: rollout.id,
      server: site.name,
      agent: { id: agent.id, name: agent.name, ...(agent.relay ? { relay: agent.relay } : {}) },
      attempt: place.attempt,
      from: looked.version,
    };
    const fact = firstFact(looked, base);
    let written = false;
    let notAfter = 0;
    const stopping = (of: string) => signal.aborted || ports.isHalted(of);
    await board.change(() => {
      written = false;
      notAfter = ports.clock.monotonic() + MAX_SEND_DELAY;
      // Whose rights were looked at is still the owner, and the last gate is open: approved, covered, running, not frozen, within a window, all as the ledger has it in this transaction.
      const now = board.rollouts.get(rollout.id);
      const instead = now && insteadOfAgain(board, { site, rollout: now, agent, attempt: place.attempt, looked });
      if (instead && !board.upgrade(id)) return instead;
      const { freeze } = board.claims(site.name);
      const expected = board.learned.expect(site.name, agent).ms;
      written =
        now?.owner === rollout.owner &&
        triggerBar(now, site.policy, ports.clock.now(), { freeze, expected }) === undefined &&
        letsBegin(board, now, site.policy, agent.id) &&
        !reservedOn(board, site.name)(agent) &&
        !board.upgrade(id);
      if (fact.type === "upgrade.intended") written &&= hasRoom(board, site) && !stopping(rollout.id);
      return written ? [...closeEarlier(board, rollout.id, agent.id, place.attempt), onUpgrade(id, [fact])] : [];
    });
    // Only who wrote the intention down may act on it: the ledger decides that once, for ever.
    if (!written || fact.type !== "upgrade.intended" || looked.kind !== "go") return;
    const result = await (looked.own ?? site.urbancode).trigger(agent.id, { notAfter });
    await board.change(() => {
      const { outcome, closed } = board.upgrade(id) ?? {};
      // What was seen while the answer was on its way stands: an answer can come later than the proof.
      const facts = factsOf(result).filter(({ type }) => !outcome || type !== "upgrade.outcome");
      return closed ? [] : [onUpgrade(id, facts)];
    });
    const error = troubleOf(result);
    if (error) ports.onServerTrouble(site, error, true);
  }

  /** The owner's rights do not carry the rollout any more: nothing further begins until somebody else takes it over. */
  async function pause({ id }: Rollout, sentence: string): Promise<void> {
    await board.change(() =>
      board.rollouts.get(id)?.status === "running"
        ? [
            {
              stream: `rollout.${id}`,
              actor: "drydock",
              facts: [{ type: "rollout.paused", data: { by: "drydock", kind: "rights", sentence } }],
            },
          ]
        : [],
    );
  }

  return async (id, signal) => {
    if (!board.upgrade(id)) await begin(id, signal);
    await slotFree(board, id, signal);
  };
}

/** An attempt begins with the intention; what is not asked to upgrade has only one fact. */
function firstFact(looked: Exclude<ToldLook, { kind: "pause" }>, base: Base): Fact {
  if (looked.kind === "go") return { type: "upgrade.intended", data: base };
  const done = looked.kind === "elsewhere" ? ({ elsewhere: true } as const) : {};
  return { type: "upgrade.skipped", data: { ...base, reason: looked.why, ...done } };
}

/** Ours and everybody else's are fewer than the slots, and nobody is in doubt about that. */
function hasRoom(board: Board, { name, policy }: Site): boolean {
  const { upgrading, doubt } = board.server(name).elsewhere;
  const ours = board.openUpgrades(name).filter((upgrade) => upgrade.holdsSlot).length;
  return doubt === undefined && ours + upgrading.size < policy.slots;
}

/** What the answer to a request says about the server; undefined where nothing is wrong with it. */
function troubleOf(result: TriggerResult): ServerError | undefined {
  if (result.kind !== "unsent" && result.kind !== "uncertain") return undefined;
  if (result.kind === "unsent" && result.late) return undefined;
  const status = result.kind === "uncertain" ? result.status : undefined;
  return new ServerError(status === undefined ? "unreachable" : "failing", result.text, status);
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
