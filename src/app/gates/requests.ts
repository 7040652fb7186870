import {
  approvalsWanted,
  blocked,
  type Decision,
  decideApprove,
  decideDeny,
  decideWithdraw,
  isApproved,
  notRequester,
  validApprovals,
} from "../../domain/gates/request.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Party } from "../../domain/rollouts/rollout-parts.ts";
import { serverEvidence, withEvidence } from "../../model/with-evidence.ts";
import type { ManagedServer, Servers } from "../managed-server.ts";
import type { ApproverCheck } from "../people/approver.ts";
import { selectionOf } from "../plans/selection-of.ts";
import type { PlanDrift, Starter, StartResult } from "../plans/start.ts";
import type { Clock } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { UserError } from "../user-error.ts";

/** One press on a request: whose, which rollout's, and the key that the button carries. */
export interface Press {
  readonly id: string;
  readonly key: string;
  readonly person: string;
}

/** What people do with a request for approval. All of these throw a UserError that says why not; identity and rights are read anew each time. */
export interface Requests {
  /** How many approvals it has now, of how many. */
  approve(press: Press): Promise<{ readonly has: number; readonly wants: number }>;
  /** Whether the person could deny it, as far as it can be said before they give a reason. */
  mayDeny(press: Press): Promise<void>;
  deny(press: Press, reason: string): Promise<void>;
  withdraw(press: Press): Promise<void>;
  /** Asks again for what came to nothing, with the same agents as they are now. */
  rerun(id: string, person: string): Promise<StartResult | PlanDrift>;
}

export function createRequests(ports: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly approvers: ApproverCheck;
  readonly starter: Starter;
  readonly clock: Clock;
}): Requests {
  const { projections, servers, approvers, starter, clock } = ports;

  function find(id: string): { readonly rollout: Rollout; readonly server: ManagedServer } {
    const rollout = projections.rollouts.get(id);
    const server = rollout && servers.get(rollout.plan.server);
    if (!rollout || !server)
      throw new UserError(
        "no-such-request",
        "This request is not known here: its button is not one that Drydock drew.",
      );
    return { rollout, server };
  }

  function open({ id, key }: Press): { readonly rollout: Rollout; readonly server: ManagedServer } {
    const { rollout, server } = find(id);
    const blockedBy = blocked(rollout, key, server.policy, clock.now());
    if (blockedBy !== undefined) throw new UserError("request-over", blockedBy);
    return { rollout, server };
  }

  async function approverOf(press: Press): Promise<Party> {
    const { rollout, server } = find(press.id);
    // Only approvers read what has become of it.
    const { user } = await approvers.approver(server, press.person, rollout.policy);
    open(press);
    return { person: press.person, user: { id: user.id, name: user.name } };
  }

  /** Decides on the rollout as it is in the transaction: of two presses at the same moment the second one is told. */
  async function write(
    { id, person }: Press,
    decide: (rollout: Rollout, server: ManagedServer) => Decision,
  ): Promise<Rollout> {
    await projections.change(() => {
      const { rollout, server } = find(id);
      const decision = decide(rollout, server);
      if ("refusal" in decision) throw new UserError("request-refused", decision.refusal);
      return [{ stream: `rollout.${id}`, actor: person, events: decision.events }];
    });
    return find(id).rollout;
  }

  return {
    async approve(press) {
      const readAt = clock.monotonic();
      const by = await approverOf(press);
      const rollout = await write(press, (current, server) => {
        const { policy } = server;
        const decision = decideApprove(current, { key: press.key, by, policy, now: clock.now() });
        const { freeze } = projections.claims(server.name);
        const approval = { by: by.person, user: by.user, lost: null, age: clock.monotonic() - readAt };
        const judged = { approvals: [approval], ...serverEvidence(policy, freeze, clock.now()) };
        return "events" in decision ? { events: withEvidence(decision.events, judged) } : decision;
      });
      const { policy } = find(press.id).server;
      const wants = approvalsWanted(rollout, policy);
      return { has: isApproved(rollout, policy) ? wants : validApprovals(rollout, policy).length, wants };
    },
    async mayDeny(press) {
      await approverOf(press);
    },
    async deny(press, reason) {
      await approverOf(press);
      await write(press, (rollout, { policy }) =>
        decideDeny(rollout, { key: press.key, by: press.person, reason, policy, now: clock.now() }),
      );
    },
    async withdraw(press) {
      const { request } = find(press.id).rollout;
      if (request && request.requester.person !== press.person)
        throw new UserError("request-refused", notRequester(press.id));
      open(press);
      await write(press, (rollout, { policy }) =>
        decideWithdraw(rollout, { key: press.key, by: press.person, policy, now: clock.now() }),
      );
    },
    async rerun(id, person) {
      const { rollout, server } = find(id);
      if (rollout.status !== "closed")
        throw new UserError("not-renewable", `${id} cannot be asked again: it is not a request that came to nothing.`);
      if (rollout.renewedAs)
        throw new UserError("already-renewed", `${id} was asked again already, as ${rollout.renewedAs}.`);
      if (rollout.owner !== person)
        throw new UserError(
          "not-requester",
          `Only whoever asked for ${id} can ask again with one press. Make a plan of your own.`,
        );
      const planned = rollout.schedule?.at;
      // A time that is still to come was asked for too.
      const at = planned !== undefined && planned > clock.now() ? planned : undefined;
      const selection = { ...selectionOf(rollout.plan, server.policy), at };
      const { channel, plan: before } = rollout;
      // A scheduled start that wanted no approvals and lapsed is started by whoever asked for it.
      const asking = (rollout.request?.needed ?? 0) > 0;
      const { typed, request: { findings } = {} } = rollout;
      const progress = () => {};
      return starter.start({
        server,
        person,
        channel,
        selection,
        before,
        asking,
        renews: id,
        progress,
        findings,
        typed,
      });
    },
  };
}
