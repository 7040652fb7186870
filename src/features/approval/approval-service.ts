import type { Call } from "../../core/call.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import {
  approvalsWanted,
  blocked,
  type Decision,
  decideApprove,
  decideDeny,
  decideWithdraw,
  isApproved,
  isHeld,
  type RequestRefusal,
  validApprovals,
} from "../../model/rollout/request.ts";
import type { Party } from "../../model/rollout/rollout-parts.ts";
import type { Authorize } from "../../people/authorize.ts";
import { partyOf } from "../../people/identity.ts";
import { requireApprover } from "../../people/require-approver.ts";
import { requestRefusal } from "../../phrases/request-refusal.ts";
import { changeRollout } from "../../servers/change-rollout.ts";
import { type CurrentRollout, currentRollout, type RolloutPorts } from "../../servers/current-rollout.ts";
import { todayOn } from "../../servers/today-on.ts";
import { selectionOf } from "../plan/plan-port.ts";
import type { PlanDrift, Starter, StartResult } from "../rollout/rollout-port.ts";

/** One press on a request: whose, which rollout's, and the key that the button carries. */
export interface Press {
  readonly id: string;
  readonly key: string;
  readonly person: string;
  /** Of the press itself. */
  readonly callId?: string | undefined;
}

/** What people do with a request for approval. All of these throw a UserError that says why not; identity and rights are read anew each time. */
export interface Requests {
  /** How many approvals it has now, of how many. `held`: they do not resume it. */
  approve(press: Press): Promise<{ readonly has: number; readonly wants: number; readonly held: boolean }>;
  /** Whether the person could deny it, as far as it can be said before they give a reason. */
  mayDeny(press: Press): Promise<void>;
  deny(press: Press, reason: string): Promise<void>;
  withdraw(press: Press): Promise<void>;
  /** Asks again for what came to nothing, with the same agents as they are now. */
  rerun(id: string, call: Pick<Call, "person" | "id">): Promise<StartResult | PlanDrift>;
}

const refused = (why: RequestRefusal) => new UserError("request-refused", requestRefusal(why));

export function createRequests(
  ports: RolloutPorts & {
    readonly authorize: Pick<Authorize, "asApprover">;
    readonly starter: Starter;
    readonly clock: Clock;
  },
): Requests {
  const { authorize, starter, clock } = ports;
  const change = ({ id, person, callId }: Press, decide: (now: CurrentRollout) => Decision<RequestRefusal>) =>
    changeRollout(ports, { id, person, callId, refused }, decide);

  function checkOpen({ id, key }: Press): void {
    const { rollout, server } = currentRollout(ports, id);
    const blockedBy = blocked(rollout, key, server.policy, clock.now());
    if (blockedBy) throw new UserError("request-over", requestRefusal(blockedBy));
  }

  async function approverOf(press: Press): Promise<Party> {
    const { rollout, server } = currentRollout(ports, press.id);
    // Only approvers read what has become of it.
    const { user } = await requireApprover(authorize, server, press.person, rollout.policy);
    checkOpen(press);
    return partyOf(press.person, user);
  }

  return {
    async approve(press) {
      const readAt = clock.monotonic();
      const by = await approverOf(press);
      await change(press, ({ rollout, server }) => {
        const approval = { by: by.person, user: by.user, lost: null, age: clock.monotonic() - readAt };
        const { judged, ...today } = todayOn(server, ports);
        return decideApprove(rollout, { key: press.key, by, ...today, judged: { approvals: [approval], ...judged } });
      });
      const { rollout, server } = currentRollout(ports, press.id);
      const wants = approvalsWanted(rollout, server.policy);
      const has = isApproved(rollout, server.policy) ? wants : validApprovals(rollout, server.policy).length;
      return { has, wants, held: isHeld(rollout, server.policy) };
    },
    async mayDeny(press) {
      await approverOf(press);
    },
    async deny(press, reason) {
      await approverOf(press);
      await change(press, ({ rollout, server: { policy } }) =>
        decideDeny(rollout, { key: press.key, by: press.person, reason, policy, now: clock.now() }),
      );
    },
    async withdraw(press) {
      const { request } = currentRollout(ports, press.id).rollout;
      if (request && request.requester.person !== press.person)
        throw refused({ code: "not-requester", rollout: press.id });
      checkOpen(press);
      await change(press, ({ rollout, server: { policy } }) =>
        decideWithdraw(rollout, { key: press.key, by: press.person, policy, now: clock.now() }),
      );
    },
    async rerun(id, { person, id: callId }) {
      const { rollout, server } = currentRollout(ports, id);
      if (rollout.status !== "closed")
        throw new UserError("not-renewable", `${id} cannot be asked again: it is open or has started.`);
      if (rollout.renewedAs)
        throw new UserError("already-renewed", `${id} was asked again already, as ${rollout.renewedAs}.`);
      if (rollout.owner !== person)
        throw new UserError(
          "not-requester",
          `Only the requester of ${id} can ask again with one press. Make a plan of your own.`,
        );
      const planned = rollout.schedule?.at;
      // A time that is still to come was asked for too.
      const at = planned !== undefined && planned > clock.now() ? planned : undefined;
      const selection = { ...selectionOf(rollout.plan, server.policy), at };
      const { channel, plan: before } = rollout;
      // A scheduled start that wanted no approvals and lapsed is started by whoever asked for it.
      const asking = (rollout.request?.needed ?? 0) > 0;
      const { typed, request: { findings, facts } = {} } = rollout;
      const progress = () => {};
      return starter.start({
        server,
        person,
        callId,
        channel,
        selection,
        before,
        asking,
        renews: id,
        progress,
        findings,
        facts,
        typed,
      });
    },
  };
}
