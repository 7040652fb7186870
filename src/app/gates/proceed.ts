import { inForce } from "../../domain/gates/freeze.ts";
import { decideContinue, decideStart } from "../../domain/gates/go-on.ts";
import { isApproved, isAsking } from "../../domain/gates/request.ts";
import { waitsForTime } from "../../domain/gates/schedule.ts";
import { freeOf, unitIds } from "../../domain/relays/units.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Party } from "../../domain/rollouts/rollout-parts.ts";
import { createBackoff } from "../backoff.ts";
import type { Board, Change } from "../board.ts";
import { createOnce } from "../once.ts";
import type { Identities } from "../people/identity.ts";
import { droppedAgents, type Plans } from "../plans/plans.ts";
import type { Reading } from "../plans/reading.ts";
import { selectionOf } from "../plans/selection-of.ts";
import { type Clock, type Log, SlackError } from "../ports.ts";
import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";
import { UserError } from "../user-error.ts";
import { checkRest } from "./rest-rights.ts";
import { versionNow } from "./resume.ts";

/** Goes on with what has its approvals: by itself, as soon as the server answers, and after a restart too. */
export interface Proceeder {
  /** Begins with everything on the server that may begin or go on; what is under way already is left alone. */
  run(site: Site): void;
  /** Waits until nothing is under way. */
  idle(): Promise<void>;
}

export function createProceeder(ports: {
  readonly board: Board;
  readonly plans: Plans;
  readonly identities: Identities;
  readonly clock: Clock;
  readonly log: Log;
}): Proceeder {
  const { board, plans, identities, clock, log } = ports;
  const underWay = new Map<string, Promise<void>>();
  /** The whole list is read for what is approved, and every new fact asks for it. */
  const backoff = createBackoff({ clock });
  const said = createOnce({ clock });

  /** Reads everything afresh with the requester's rights of this moment, and starts what is left of the plan. */
  async function start(site: Site, rollout: Rollout, requester: Party): Promise<void> {
    const { plan: before } = rollout;
    const again = new Set(unitIds(before));
    const selection = selectionOf(before, site.policy);
    const reading = await plans.read({ site, selection, person: requester.person, again });
    await board.change(() => startNow(site, rollout.id, requester, reading));
  }

  function startNow(site: Site, id: string, requester: Party, reading: Reading): readonly Change[] {
    const rollout = board.rollouts.get(id);
    if (!rollout) return [];
    const { held } = board.claims(site.name);
    const plan = freeOf({ ...reading.plan, excluded: rollout.plan.excluded }, site.policy, held);
    const dropped = droppedAgents(rollout.plan, { ...plan, excluded: reading.plan.excluded }).map(({ name, why }) => ({
      name,
      why: why.replace(/^you lack/, "whoever asked lacks"),
    }));
    const { user } = reading.identity;
    const owner = { person: requester.person, user: { id: user.id, name: user.name } };
    const decision = decideStart(rollout, { plan, owner, dropped, policy: site.policy, now: clock.now() });
    if ("refusal" in decision) return [];
    const claims: Change[] = decision.facts.some(({ type }) => type === "rollout.started")
      ? [
          {
            stream: `server.${site.name}`,
            actor: requester.person,
            facts: [{ type: "agents.claimed", data: { rollout: id, agents: unitIds(plan) } }],
          },
        ]
      : [];
    return [...claims, { stream: `rollout.${id}`, actor: requester.person, facts: decision.facts }];
  }

  async function goOn(site: Site, rollout: Rollout, requester: Party): Promise<void> {
    const by = await checkRest({ site, rollout, person: requester.person, board, plans, identities });
    const serverVersion = await versionNow(site);
    await board.change(() => {
      const current = board.rollouts.get(rollout.id);
      const given = { by, policy: site.policy, now: clock.now(), typed: false, serverVersion };
      const decision = current && decideContinue(current, given);
      if (!decision) return [];
      // Of the approval alone it cannot go on: a person has to look, and press.
      const facts = "facts" in decision ? decision.facts : [pausedAgain(decision.refusal)];
      return [{ stream: `rollout.${rollout.id}`, actor: by.person, facts }];
    });
  }

  function answered(id: string): void {
    backoff.worked(id);
    said.forget(id);
  }

  async function proceed(site: Site, rollout: Rollout, requester: Party): Promise<void> {
    try {
      await (rollout.status === "paused" ? goOn : start)(site, rollout, requester);
      answered(rollout.id);
    } catch (error) {
      if (error instanceof ServerError || error instanceof SlackError) {
        if (said.isNew(rollout.id))
          log.warn({ rollout: rollout.id, reason: error.message }, "what is approved waits for an answer");
        backoff.failed(rollout.id, site.watch.fleet);
        return;
      }
      if (!(error instanceof UserError)) throw error;
      answered(rollout.id);
      const { message } = error;
      await board.change(() => {
        const current = board.rollouts.get(rollout.id);
        const fact =
          current?.status === "paused"
            ? pausedAgain(message)
            : ({ type: "rollout.denied", data: { by: "drydock", reason: message } } as const);
        return current && isAsking(current)
          ? [{ stream: `rollout.${rollout.id}`, actor: "drydock", facts: [fact] }]
          : [];
      });
    }
  }

  return {
    run(site) {
      // What is approved waits for the end of a freeze, as long as the approval covers it.
      if (inForce(board.claims(site.name).freeze, clock.now())) return;
      for (const rollout of board.rollouts.values()) {
        const { id, request } = rollout;
        if (rollout.plan.server !== site.name || underWay.has(id) || !request || !isAsking(rollout)) continue;
        if (!isApproved(rollout, site.policy) || isPausedSince(rollout)) continue;
        if (waitsForTime(rollout, clock.now())) continue;
        if (!backoff.allows(id)) continue;
        const work = proceed(site, rollout, request.requester)
          .catch((error: unknown) => {
            backoff.failed(id, site.watch.fleet);
            if (said.isNew(`${id} defect`)) log.error({ rollout: id, error }, "what is approved could not go on");
          })
          .finally(() => underWay.delete(id));
        underWay.set(id, work);
      }
    },
    async idle() {
      await Promise.all(underWay.values());
    },
  };
}

function pausedAgain(sentence: string) {
  return { type: "rollout.paused", data: { by: "drydock", kind: "rights", sentence } } as const;
}

/** It was approved and could not go on: only a person's press changes that. */
function isPausedSince({ request, pause }: Rollout): boolean {
  return pause !== undefined && pause.position > (request?.approvals.at(-1)?.position ?? 0);
}
