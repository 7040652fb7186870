import type { Fact } from "../../domain/events.ts";
import { begin } from "../../domain/gates/begin.ts";
import { emergencyBar, emergencySize, openReview } from "../../domain/gates/emergency.ts";
import { hopeless } from "../../domain/gates/satisfiable.ts";
import { countedSize } from "../../domain/gates/size.ts";
import { unmetBy } from "../../domain/gates/unmet.ts";
import type { ShortFinding } from "../../domain/guide/finding.ts";
import type { Plan } from "../../domain/plans/plan.ts";
import { widening } from "../../domain/plans/widening.ts";
import { approvalsFor, type Policy } from "../../domain/policy.ts";
import { freeOf, unitIds } from "../../domain/relays/units.ts";
import type { Board, Change } from "../board.ts";
import type { Places } from "../people/channels.ts";
import type { Identity } from "../people/identity.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";
import { droppedAgents, type Plans } from "./plans.ts";
import type { Partial, Reading } from "./reading.ts";
import type { Selection } from "./select-agents.ts";
import { refuseFrozen, refuseSecond, refuseTime, renewal } from "./start-bars.ts";

/** The rollout is there: it has started, or it waits for approvals or for its time. */
export interface Begun {
  readonly kind: "started" | "requested" | "scheduled";
  readonly rollout: string;
  readonly channel: string;
  /** Why it is not shown where it was asked for. */
  readonly notice: string | undefined;
  readonly plan: Plan;
  readonly dropped: readonly { readonly name: string; readonly why: string }[];
}

/** Something is wider than what the person saw: they have to look again. */
export interface Widened {
  readonly kind: "widened";
  readonly reading: Reading;
  readonly sentence: string;
}

export interface StartRequest {
  readonly site: Site;
  readonly person: string;
  readonly channel: string;
  readonly selection: Selection;
  /** What the person saw. */
  readonly before: Plan;
  /** Whether the person pressed a button that asks for approvals, or one that starts. */
  readonly asking: boolean;
  /** A request that came to nothing and is asked again: it gets no other successor. */
  readonly renews?: string;
  /** What the person was told of the vendor's guide. */
  readonly findings?: readonly ShortFinding[] | undefined;
  /** The command that made the plan, for those who approve. */
  readonly typed?: string | undefined;
  readonly progress: (partial: Partial) => void;
}

export interface Starter {
  start(request: StartRequest): Promise<Begun | Widened>;
  /** How many approvals this plan would want of this person, and how many agents count. */
  wanted(
    site: Site,
    person: string,
    identity: Identity,
    plan: Plan,
  ): {
    readonly approvals: number;
    readonly size: number;
    /** Where it wants approvals and is said to be an emergency: why it cannot start without them, if it cannot. */
    readonly emergency: { readonly bar: string | undefined } | undefined;
  };
}

/**
 * Turns a plan into a rollout, or into the request for one: everything is read afresh, then it is numbered, and where it starts
 * its agents are claimed, in one transaction.
 */
export function createStarter(ports: {
  readonly board: Board;
  readonly plans: Plans;
  readonly places: Places;
  readonly clock: Clock;
}): Starter {
  const { board, plans, places, clock } = ports;

  function sizeOf(person: string, { user }: Identity, plan: Plan): number {
    return countedSize(board.rollouts.values(), { person, userId: user.id }, plan, clock.now());
  }

  /** Why it cannot start as an emergency; undefined where it can. */
  function barOf({ policy }: Site, person: string, { user }: Identity, plan: Plan): string | undefined {
    const counted = emergencySize(board.rollouts.values(), { person, userId: user.id }, plan, clock.now());
    return emergencyBar(policy, plan, counted);
  }

  /** What is written down, decided on the state as it is in the transaction. */
  function decide(request: StartRequest, reading: Reading, place: Pick<Begun, "channel" | "notice">) {
    const { site, person, before, asking } = request;
    const claims = board.claims(site.name);
    const plan = freeOf({ ...reading.plan, excluded: before.excluded }, site.policy, claims.held);
    check(site.policy, plan);
    const user = { id: reading.identity.user.id, name: reading.identity.user.name };
    const size = sizeOf(person, reading.identity, plan);
    const needed = approvalsFor(site.policy, size);
    const emergency = plan.options.emergency === true && needed > 0;
    const bar = emergency ? barOf(site, person, reading.identity, plan) : undefined;
    if (bar !== undefined) throw new UserError("emergency-refused", bar);
    if ((needed > 0 && !emergency) !== asking) return { widened: changed(site, needed, size), changes: [] };
    const { at } = request.selection;
    if (at !== undefined) refuseTime(board, site, at, clock.now());
    else if (!asking) refuseFrozen(board, site, clock.now());
    if (asking) {
      refuseSecond(board, site, person, user.id);
      const never = hopeless(site.policy, person, needed);
      if (never !== undefined) throw new UserError("not-enough-approvers", never);
    }
    const rollout = `${site.name}-${claims.rollouts + 1}`;
    const by = { person, user };
    const fact = begin({
      rollout,
      plan,
      by,
      channel: place.channel,
      policy: site.policy,
      size,
      now: clock.now(),
      emergency,
      at,
      findings: request.findings,
      typed: request.typed,
    });
    const facts: Fact[] = emergency ? [fact, openReview(plan, by)] : [fact];
    if (at !== undefined) facts.push({ type: "rollout.scheduled", data: { at, by: person } });
    const changes: Change[] = [
      {
        stream: `server.${site.name}`,
        actor: person,
        facts: [
          fact.type === "rollout.started"
            ? { type: "agents.claimed", data: { rollout, agents: unitIds(plan) } }
            : { type: "rollout.numbered", data: { rollout, person } },
        ],
      },
      { stream: `rollout.${rollout}`, actor: person, facts },
    ];
    if (request.renews !== undefined) changes.push(renewal(board, request.renews, rollout, person));
    const dropped = droppedAgents(before, { ...plan, excluded: reading.plan.excluded });
    const waits = asking ? ("requested" as const) : ("scheduled" as const);
    const kind = fact.type === "rollout.started" ? ("started" as const) : waits;
    return { begun: { kind, rollout, ...place, plan, dropped }, changes };
  }

  return {
    wanted(site, person, identity, plan) {
      const size = sizeOf(person, identity, plan);
      const approvals = approvalsFor(site.policy, size);
      if (!plan.options.emergency || approvals === 0) return { approvals, size, emergency: undefined };
      return { approvals: 0, size, emergency: { bar: barOf(site, person, identity, plan) } };
    },
    async start(request) {
      const { site, person, before, progress } = request;
      check(site.policy, before);
      const place = await places.choose(request.channel);
      const again = new Set(unitIds(before));
      // Canaries that the plan had to have are part of what was agreed to, also where it shrinks.
      const canary = before.options.canary ?? request.selection.canary;
      const selection = { ...request.selection, limit: undefined, canary };
      const reading = await plans.read({ site, selection, person, again, progress });
      const wider = request.renews === undefined ? widening(before, reading.plan) : undefined;
      if (wider) return { kind: "widened", reading, sentence: wider };
      let result: ReturnType<typeof decide> | undefined;
      await board.change(() => {
        result = decide(request, reading, place);
        return result.changes;
      });
      if (result?.widened) return { kind: "widened", reading, sentence: result.widened };
      if (!result?.begun) throw new Error("The rollout was neither started nor refused.");
      return result.begun;
    },
  };
}

function check(policy: Policy, plan: Plan): void {
  const sentences = unmetBy(policy, plan);
  if (sentences.length > 0) throw new UserError("rules-not-met", sentences.join(" "));
}

function changed(site: Site, needed: number, size: number): string {
  if (needed === 0) return `${site.name} wants no approval for this any more.`;
  return `${site.name} wants ${needed === 1 ? "1 approval" : `${needed} approvals`} for this now: ${size} agents count, with those that you asked for within 24 h.`;
}
