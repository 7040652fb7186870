import { decideAccept, decideDecline, decideOffer, offerBar } from "../../domain/gates/handover.ts";
import type { Decision } from "../../domain/gates/request.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Board } from "../board.ts";
import type { Identities, PeopleSettings } from "../people/identity.ts";
import type { Plans } from "../plans/plans.ts";
import type { Clock } from "../ports.ts";
import type { Site, Sites } from "../site.ts";
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
  accept(press: OfferPress): Promise<string | undefined>;
  decline(press: OfferPress): Promise<void>;
  /** The server of an offer that the person can accept, as far as it can be said at once. */
  siteOf(press: OfferPress): Site;
}

export function createHandovers(ports: {
  readonly board: Board;
  readonly sites: Sites;
  readonly plans: Plans;
  readonly identities: Identities;
  readonly clock: Clock;
  readonly settings: PeopleSettings;
}): Handovers {
  const { board, sites, plans, identities, clock, settings } = ports;

  function find(id: string): { readonly rollout: Rollout; readonly site: Site } {
    const rollout = board.rollouts.get(id);
    const site = rollout && sites.get(rollout.plan.server);
    if (!rollout || !site)
      throw new UserError(
        "no-such-rollout",
        "This rollout is not known here: its button is not one that Drydock drew.",
      );
    return { rollout, site };
  }

  async function write(id: string, person: string, decide: (rollout: Rollout, site: Site) => Decision) {
    let facts: Extract<Decision, { readonly facts: unknown }>["facts"] = [];
    await board.change(() => {
      const { rollout, site } = find(id);
      const decision = decide(rollout, site);
      if ("refusal" in decision) throw new UserError("handover-refused", decision.refusal);
      facts = decision.facts;
      return [{ stream: `rollout.${id}`, actor: person, facts }];
    });
    return facts;
  }

  /** Whether the owner is nobody any more, in Slack or on the server. Throws where that cannot be told. */
  async function isGone(site: Site, owner: string): Promise<boolean> {
    try {
      await identities.on(site, owner);
      return false;
    } catch (error) {
      if (error instanceof UserError) return true;
      throw error;
    }
  }

  function siteOf(press: OfferPress): Site {
    const { rollout, site } = find(press.id);
    const barred = offerBar(rollout, { ...press, now: clock.now() });
    if (barred !== undefined) throw new UserError("offer-refused", barred);
    return site;
  }

  return {
    siteOf,
    async offer({ id }, person, to) {
      const { rollout, site } = find(id);
      const onCall = settings.onCall.includes(person) && rollout.owner !== person;
      const forOwner = onCall && (await isGone(site, rollout.owner));
      await identities.member(to);
      await write(id, person, (current, { policy }) =>
        decideOffer(current, { by: person, to, forOwner, policy, now: clock.now() }),
      );
    },
    async accept(press) {
      const { id, n, person } = press;
      const site = siteOf(press);
      const by = await checkRest({ site, rollout: find(id).rollout, person, board, plans, identities });
      const facts = await write(id, person, (current, { policy }) =>
        decideAccept(current, { n, by, policy, now: clock.now() }),
      );
      const asked = facts.find((fact) => fact.type === "rollout.requested");
      return asked && (asked.data.because ?? "");
    },
    async decline({ id, n, person }) {
      await write(id, person, (current) => decideDecline(current, { n, by: person, now: clock.now() }));
    },
  };
}
