import type { Cause } from "../../core/cause.ts";
import { decideAccept, decideDecline, decideOffer, offerBlocked } from "../../domain/gates/handover.ts";
import type { Decision } from "../../domain/gates/request.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { ManagedServer, Servers } from "../managed-server.ts";
import type { Identities, PeopleSettings } from "../people/identity.ts";
import type { ReadLostApprovals } from "../people/lost-approvals.ts";
import type { Plans } from "../plans/plans.ts";
import type { Clock } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { UserError } from "../user-error.ts";
import { checkRest } from "./rest-rights.ts";

/** A press on an offer: whose, of which rollout, and the offer's number. */
export interface OfferPress {
  readonly id: string;
  readonly n: number;
  readonly person: string;
}

/** Gives a rollout to somebody else, who has to want it. All of these throw a UserError that says why not. */
export interface Handovers {
  offer(rollout: Rollout, person: string, to: string): Promise<void>;
  /** Reads who they are, and their rights on every agent that still waits. Why approval is asked for first; undefined where it goes on. */
  accept(press: OfferPress): Promise<readonly Cause[] | undefined>;
  decline(press: OfferPress): Promise<void>;
  /** The server of an offer that the person can accept, as far as it can be said at once. */
  serverOf(press: OfferPress): ManagedServer;
}

export function createHandovers(ports: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly plans: Plans;
  readonly identities: Identities;
  readonly lostApprovals: ReadLostApprovals;
  readonly clock: Clock;
  readonly settings: PeopleSettings;
}): Handovers {
  const { projections, servers, plans, identities, lostApprovals, clock, settings } = ports;

  function find(id: string): { readonly rollout: Rollout; readonly server: ManagedServer } {
    const rollout = projections.rollouts.get(id);
    const server = rollout && servers.get(rollout.plan.server);
    if (!rollout || !server)
      throw new UserError(
        "no-such-rollout",
        "This rollout is not known here: its button is not one that Drydock drew.",
      );
    return { rollout, server };
  }

  async function write(id: string, person: string, decide: (rollout: Rollout, server: ManagedServer) => Decision) {
    let events: Extract<Decision, { readonly events: unknown }>["events"] = [];
    await projections.change(() => {
      const { rollout, server } = find(id);
      const decision = decide(rollout, server);
      if ("refusal" in decision) throw new UserError("handover-refused", decision.refusal);
      events = decision.events;
      return [{ stream: `rollout.${id}`, actor: person, events }];
    });
    return events;
  }

  /** Whether the owner is nobody any more, in Slack or on the server. Throws where that cannot be told. */
  async function isGone(server: ManagedServer, owner: string): Promise<boolean> {
    try {
      await identities.on(server, owner, { maxAge: 0, byOthers: true });
      return false;
    } catch (error) {
      if (error instanceof UserError) return true;
      throw error;
    }
  }

  function serverOf(press: OfferPress): ManagedServer {
    const { rollout, server } = find(press.id);
    const blocked = offerBlocked(rollout, { ...press, now: clock.now() });
    if (blocked !== undefined) throw new UserError("offer-refused", blocked);
    return server;
  }

  return {
    serverOf,
    async offer({ id }, person, to) {
      const { rollout, server } = find(id);
      const onCall = settings.onCall.includes(person) && rollout.owner !== person;
      const forOwner = onCall && (await isGone(server, rollout.owner));
      await identities.member(to, 0);
      await write(id, person, (current, { policy }) =>
        decideOffer(current, { by: person, to, forOwner, policy, now: clock.now() }),
      );
    },
    async accept(press) {
      const { id, n, person } = press;
      const server = serverOf(press);
      const { rollout } = find(id);
      const by = await checkRest({ server, rollout, person, projections, plans, identities });
      const lost = await lostApprovals(server, rollout);
      const events = await write(id, person, (current, { policy }) =>
        decideAccept(current, { n, by, policy, now: clock.now(), lost }),
      );
      const asked = events.find((event) => event.type === "rollout.requested");
      return asked && (asked.data.because ?? []);
    },
    async decline({ id, n, person }) {
      await write(id, person, (current) => decideDecline(current, { n, by: person, now: clock.now() }));
    },
  };
}
