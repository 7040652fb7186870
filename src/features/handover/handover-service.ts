import type { Caller } from "../../core/call.ts";
import type { Cause } from "../../core/cause.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { Policy } from "../../model/policy.ts";
import { givenApprovals } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Identities, PeopleSettings } from "../../people/identity.ts";
import { isUntold } from "../../people/read-approvers.ts";
import { changeRollout, whyAsked } from "../../servers/change-rollout.ts";
import { type CurrentRollout, currentRollout, type RolloutPorts } from "../../servers/current-rollout.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { todayOn } from "../../servers/today-on.ts";
import type { ReadRest } from "../rollout/rollout-port.ts";
import { decideAccept, decideDecline, decideOffer, type HandoverRefusal, offerBlocked } from "./decide-handover.ts";
import { handoverRefusal } from "./handover-words.ts";

/** A press on an offer: whose, of which rollout, and the offer's number. */
export interface OfferPress {
  readonly id: string;
  readonly n: number;
  readonly person: string;
  readonly callId?: string | undefined;
}

interface Accepted {
  /** Why approval is asked for first; undefined if it is not. */
  readonly asks: readonly Cause[] | undefined;
  /** As it is now, with the rules of its server. */
  readonly rollout: Rollout;
  readonly policy: Policy;
}

/** Gives a rollout to somebody else, who has to want it. All of these throw a UserError that says why not. */
export interface Handovers {
  /** Whether the person may offer it, as far as it can be said before they choose another one. */
  mayOffer(rollout: Rollout, person: string): void;
  offer(rollout: Rollout, call: Caller, to: string): Promise<void>;
  /** Reads who they are, and their rights on every agent that still waits. */
  accept(press: OfferPress): Promise<Accepted>;
  decline(press: OfferPress): Promise<void>;
  /** The server of an offer that the person can accept, as far as it can be said at once. */
  serverOf(press: OfferPress): ManagedServer;
}

const refused = (why: HandoverRefusal) => new UserError("handover-refused", handoverRefusal(why));

export function createHandovers(
  ports: RolloutPorts & {
    readonly identities: Identities;
    readonly readRest: ReadRest;
    readonly clock: Clock;
    readonly settings: PeopleSettings;
  },
): Handovers {
  const { identities, readRest, clock, settings } = ports;

  /** Whether the owner is nobody any more, in Slack or on the server. Throws where that cannot be told. */
  async function isGone(server: ManagedServer, { id, owner }: Rollout): Promise<boolean> {
    try {
      await identities.on(server, owner, { fresh: "now", byOthers: true });
      return false;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (isUntold(error))
        throw new UserError(
          "handover-refused",
          `${server.name} did not say whether the owner of ${id} still has an account there. Try again in a minute.`,
        );
      return true;
    }
  }

  function offered(press: OfferPress): CurrentRollout {
    const found = currentRollout(ports, press.id);
    const blocked = offerBlocked(found.rollout, { ...press, now: clock.now() });
    if (blocked) throw new UserError("offer-refused", handoverRefusal(blocked));
    return found;
  }

  return {
    serverOf: (press) => offered(press).server,
    mayOffer({ id, owner }, person) {
      if (owner !== person && !settings.onCall.includes(person)) throw refused({ code: "not-owner", rollout: id });
    },
    async offer({ id }, { person, id: callId }, to) {
      const { rollout, server } = currentRollout(ports, id);
      const onCall = settings.onCall.includes(person) && rollout.owner !== person;
      const forOwner = onCall && (await isGone(server, rollout));
      await identities.member(to, "now");
      await changeRollout(ports, { id, person, callId, refused }, (now) =>
        decideOffer(now.rollout, { by: person, to, forOwner, policy: now.server.policy, now: clock.now() }),
      );
    },
    async accept(press) {
      const { id, n, person, callId } = press;
      const { rollout, server } = offered(press);
      const readAt = clock.monotonic();
      const read = await readRest(server, rollout, person);
      const events = await changeRollout(ports, { id, person, callId, refused }, ({ rollout: current }) => {
        const approvals = givenApprovals(current, server.policy);
        const today = todayOn(server, ports, { ...read, owner: read.by, approvals, readAt });
        return decideAccept(current, { ...read, ...today, n });
      });
      return { asks: whyAsked(events), rollout: currentRollout(ports, id).rollout, policy: server.policy };
    },
    async decline({ id, n, person, callId }) {
      await changeRollout(ports, { id, person, callId, refused }, ({ rollout }) =>
        decideDecline(rollout, { n, by: person, now: clock.now() }),
      );
    },
  };
}
