import { createBackoff } from "../../core/backoff.ts";
import type { Cause } from "../../core/cause.ts";
import { createOnce } from "../../core/once.ts";
import { type Clock, type Log, SlackError } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { follow } from "../../gates/follow.ts";
import { blockedAt } from "../../gates/index.ts";
import { ofRollout } from "../../gates/rollout-situation.ts";
import { ServerError } from "../../model/deploy-server.ts";
import { freeOf } from "../../model/plan/make-plan.ts";
import { unitIds } from "../../model/plan/plan.ts";
import { approvalsWanted, givenApprovals, isAsking, isHeld } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Party } from "../../model/rollout/rollout-parts.ts";
import { partyOf } from "../../people/identity.ts";
import { notAuthorized } from "../../people/not-authorized.ts";
import type { ApproversReading, ReadApprovers } from "../../people/read-approvers.ts";
import type { RefuseHopeless } from "../../people/refuse-hopeless.ts";
import type { Change } from "../../projections/change.ts";
import type { Projections } from "../../projections/projections.ts";
import { rolloutById } from "../../projections/rollout-by-id.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { todayOn } from "../../servers/today-on.ts";
import { droppedExclusions, type PlanResult, type Plans, selectionOf } from "../plan/plan-port.ts";
import { decideResume, decideStart, rulesOf } from "./decide-start.ts";
import type { ReadRest } from "./rollout-port.ts";

/** Goes on with what has its approvals: by itself, as soon as the server answers, and after a restart too. */
export interface Proceeder {
  /** Begins with everything on the server that may begin or go on; what is under way already is left alone. */
  run(server: ManagedServer): void;
  /** Why what is approved does not begin though its time has come: Slack or the server does not say what has to be known. */
  waitsFor(rollout: string): string | undefined;
  /** Waits until nothing is under way. */
  idle(): Promise<void>;
}

export function createProceeder(ports: {
  readonly projections: Projections;
  readonly plans: Plans;
  readonly readRest: ReadRest;
  readonly readApprovers: ReadApprovers;
  readonly refuseHopeless: RefuseHopeless;
  readonly clock: Clock;
  readonly log: Log;
}): Proceeder {
  const { projections, plans, readRest, readApprovers, refuseHopeless, clock, log } = ports;
  const underWay = new Map<string, Promise<void>>();
  /** The whole list is read for what is approved, and every new event asks for it. */
  const backoff = createBackoff({ clock });
  const logged = createOnce({ clock });
  /** What cannot be read now, by rollout. */
  const unread = new Map<string, string>();

  /** Reads everything afresh with the requester's rights of this moment, and starts what is left of the plan. */
  async function start(server: ManagedServer, rollout: Rollout, requester: Party): Promise<void> {
    const { plan: before } = rollout;
    const rerun = new Set(unitIds(before));
    const selection = selectionOf(before, server.policy);
    const readAt = clock.monotonic();
    const result = await plans.read({ server, selection, person: requester.person, rerun });
    const approvals = await readApprovers(server, rollout);
    const needed = approvalsWanted(rollout, server.policy);
    const isLost = approvals.lost.length > 0;
    const hopeless = isLost ? await refuseHopeless(server, { parties: rollout.parties, needed }) : undefined;
    await projections.change(() => startNow(server, rollout, requester, { result, approvals, hopeless, readAt }));
  }

  function startNow(
    server: ManagedServer,
    { id, request }: Rollout,
    requester: Party,
    { result, approvals: { approvers, lost }, hopeless, readAt }: ReadNow,
  ): readonly Change[] {
    const rollout = rolloutById(projections, id);
    // Whoever has approved meanwhile was not asked about.
    if (!rollout || rollout.request !== request) return [];
    const { policy } = server;
    const { held } = projections.claims(server.name);
    const plan = freeOf({ ...result.plan, excluded: rollout.plan.excluded }, policy, held);
    const dropped = droppedExclusions(rollout.plan, { ...plan, excluded: result.plan.excluded });
    const owner = partyOf(requester.person, result.identity.user);
    const { lacking } = result;
    const today = todayOn(server, ports, {
      ...{ owner, lacking, readAt },
      ...{ approvals: givenApprovals(rollout, policy), approvers, lost },
    });
    const decision = decideStart(rollout, { ...today, plan, owner, dropped, lost, hopeless });
    if ("refusal" in decision) return [];
    const by = { actor: "drydock", callId: rollout.callId } as const;
    const claimed = { type: "agents.claimed", data: { rollout: id, agents: unitIds(plan) } } as const;
    const claims: Change[] = decision.events.some(({ type }) => type === "rollout.started")
      ? [{ stream: `server.${server.name}`, ...by, events: [claimed] }]
      : [];
    return [...claims, { stream: `rollout.${id}`, ...by, events: decision.events }];
  }

  async function continueApproved(server: ManagedServer, rollout: Rollout, requester: Party): Promise<void> {
    const readAt = clock.monotonic();
    const read = await readRest(server, rollout, requester.person);
    await projections.change(() => {
      const current = rolloutById(projections, rollout.id);
      if (!current || current.request !== rollout.request) return [];
      const typed = current.request?.held === false;
      const approvals = givenApprovals(current, server.policy);
      const today = todayOn(server, ports, { ...read, owner: read.by, approvals, readAt });
      const decision = decideResume(current, { ...read, ...today, typed });
      // Of the approval alone it cannot go on: a person has to look, and press.
      const events = "events" in decision ? decision.events : follow("proceed", current, rulesOf(decision.refusal));
      return [{ stream: `rollout.${rollout.id}`, actor: "drydock", callId: current.callId, events }];
    });
  }

  function answered(id: string): void {
    backoff.worked(id);
    logged.forget(id);
    unread.delete(id);
  }

  async function proceed(server: ManagedServer, rollout: Rollout, requester: Party): Promise<void> {
    try {
      await (rollout.status === "paused" ? continueApproved : start)(server, rollout, requester);
      answered(rollout.id);
    } catch (error) {
      if (error instanceof ServerError || error instanceof SlackError) {
        if (logged.isNew(rollout.id))
          log.warn({ rollout: rollout.id, reason: error.message }, "what is approved waits for an answer");
        backoff.failed(rollout.id, server.watch.fleet);
        unread.set(rollout.id, unreadWords(error));
        return;
      }
      if (!(error instanceof UserError)) throw error;
      answered(rollout.id);
      const why = notAuthorized("requester", error);
      await projections.change(() => {
        const current = rolloutById(projections, rollout.id);
        if (!current || !isAsking(current)) return [];
        const situation = ofRollout(current, clock.now(), { owner: { kind: "refused", why } });
        const blocked = blockedAt("proceed", "rollout", situation, server.policy);
        const events = follow("proceed", current, blocked);
        return [{ stream: `rollout.${rollout.id}`, actor: "drydock", callId: current.callId, events }];
      });
    }
  }

  /** A request that was closed meanwhile waits for no answer, and one that was paused for a person. */
  function forgetOver(): void {
    for (const id of unread.keys()) {
      const rollout = rolloutById(projections, id);
      if (!rollout || !isAsking(rollout) || rollout.request?.held) answered(id);
    }
  }

  return {
    run(server) {
      forgetOver();
      for (const rollout of projections.openRollouts(server.name)) {
        const { id, request } = rollout;
        if (underWay.has(id) || !request || !isAsking(rollout) || isHeld(rollout, server.policy)) continue;
        if (blockedAt("due", "rollout", ofRollout(rollout, clock.now()), server.policy).length > 0) continue;
        if (!backoff.allows(id)) continue;
        const work = proceed(server, rollout, request.requester)
          .catch((error: unknown) => {
            backoff.failed(id, server.watch.fleet);
            if (logged.isNew(`${id} defect`))
              log.error({ rollout: id, error }, "an approved rollout could not start or resume");
          })
          .finally(() => underWay.delete(id));
        underWay.set(id, work);
      }
    },
    waitsFor: (id) => unread.get(id),
    async idle() {
      await Promise.all(underWay.values());
    },
  };
}

/** What was read of the world for a start. */
interface ReadNow {
  readonly result: PlanResult;
  readonly approvals: ApproversReading;
  readonly hopeless: Cause | undefined;
  /** When the reading began (monotonic). */
  readonly readAt: number;
}

function unreadWords(error: ServerError | SlackError): string {
  if (error instanceof ServerError) return `It waits: ${error.message}`;
  return `It waits: Slack does not confirm that the requester and the approvers still may (${error.code}).`;
}
