import type { CardFollowers, CardPlace } from "../../conversation/card-followers.ts";
import type { CommandContext } from "../../conversation/command.ts";
import type { Cause } from "../../core/cause.ts";
import type { ShortFinding } from "../../core/finding.ts";
import { count, names } from "../../core/format.ts";
import { UserError } from "../../core/user-error.ts";
import { type Line, say, type View } from "../../core/view.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { PlanFacts } from "../../model/plan/plan-facts.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Party } from "../../model/rollout/rollout-parts.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import type { ApproversReading } from "../../people/read-approvers.ts";
import { agentsOf } from "../../phrases/agents-of.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Failures } from "../../projections/rollout-progress.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { PlanProgress, PlanResult, Selection } from "../plan/plan-port.ts";

/** A press on Start or on Request approval. */
export interface StartRequest {
  readonly server: ManagedServer;
  readonly person: string;
  /** The press, by its id. */
  readonly callId?: string | undefined;
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
  /** What they saw beside the plan. */
  readonly facts?: PlanFacts | undefined;
  /** The command that made the plan, for those who approve. */
  readonly typed?: string | undefined;
  readonly progress: (partial: PlanProgress) => void;
}

/** The rollout is there: it has started, or it waits for approvals or for its time. */
export interface StartResult {
  readonly kind: "started" | "requested" | "scheduled";
  readonly rollout: string;
  readonly channel: string;
  /** Why it is not shown where it was asked for. */
  readonly notice: string | undefined;
  readonly plan: Plan;
  readonly dropped: readonly { readonly name: string; readonly why: Cause }[];
}

/** Something is wider than what the person saw: they have to look again. */
export interface PlanDrift {
  readonly kind: "widened";
  readonly result: PlanResult;
  readonly sentence: string;
}

export interface Starter {
  start(request: StartRequest): Promise<StartResult | PlanDrift>;
}

/** What is read afresh before a rollout goes on with somebody's rights. */
export interface RestReading extends ApproversReading {
  readonly by: Party;
  /** The permissions that they lack on what is still to be upgraded: none; undefined = nothing is, so it was not read. */
  readonly lacking: readonly string[] | undefined;
  /** Undefined where the front page does not tell. */
  readonly serverVersion: string | undefined;
}

/** Throws UserError where the person lacks a right on an agent that still waits, and ServerError and SlackError where that cannot be told. */
export type ReadRest = (server: ManagedServer, rollout: Rollout, person: string) => Promise<RestReading>;

export interface FollowPorts {
  readonly cards: CardFollowers;
}

/** What whoever began it is told: now, and again when its card is there or has moved. */
export function begun(result: StartResult, { amend }: CommandContext, { cards }: FollowPorts): View {
  if (amend) cards.follow(result.rollout, (card) => amend(begunView(result, card)));
  return begunView(result, undefined);
}

/** @param card where the card is; undefined while it is not posted. */
function begunView(result: StartResult, card: CardPlace | undefined): View {
  const { kind, rollout, plan, channel, notice } = result;
  const n = agentsOf(plan);
  const done = { started: " has started with", requested: " asks for approval for", scheduled: " is scheduled with" };
  const dropped = result.dropped
    .slice(0, 5)
    .map(({ name, why }): Line => [...names([name]), ": ", ...causeText(why, "you")]);
  return say(
    kind,
    [
      { bold: rollout },
      `${done[kind]} ${n}. `,
      ...(card ? cardLine(card) : ["Drydock posts its card in ", { channel }, "."]),
    ],
    ...(notice ? [notice] : []),
    ...(result.dropped.length > 0 ? [[`Left out since the plan: ${result.dropped.length}`], ...dropped] : []),
  );
}

function cardLine({ channel, url, isPrivate }: CardPlace): Line {
  const card = url === undefined ? "Its card" : { label: "Its card", url };
  return isPrivate ? [card, " is in your direct messages."] : [card, " is in ", { channel }, "."];
}

/** ` web-1, web-2: why; web-3: another why.` */
export function namedReasons(agents: StartResult["dropped"]): Line {
  const byReason = new Map<string, { readonly why: Cause; readonly those: string[] }>();
  for (const { name, why } of agents) {
    const group = byReason.get(JSON.stringify(why)) ?? { why, those: [] };
    group.those.push(name);
    byReason.set(JSON.stringify(why), group);
  }
  const groups = [...byReason.values()];
  const named = groups
    .slice(0, MAX_REASONS)
    .flatMap(({ why, those }, i): Line => [i === 0 ? " " : "; ", ...names(those, 3), ": ", ...causeText(why, "you")]);
  const more = groups.length - MAX_REASONS;
  return groups.length === 0 ? [] : [...named, more > 0 ? `; and others for ${count(more, "more reason")}.` : "."];
}

const MAX_REASONS = 5;

/** The agents of these failures, those of one cause where it is named. Throws UserError where there are none. */
export function failedOf(groups: readonly Failures[], { id }: Rollout, cause: string | undefined): readonly Upgrade[] {
  if (groups.length === 0)
    throw new UserError(
      "nothing-failed",
      `No agent of ${id} that you may view has failed, so there is nothing to retry.`,
    );
  const chosen = groups.filter(({ diagnosis }) => cause === undefined || diagnosis === cause);
  if (chosen.length === 0)
    throw new UserError(
      "no-such-cause",
      `No agent of ${id} that you may view fails for the cause "${cause?.slice(0, 60)}" now. There are: ${groups.map(({ diagnosis }) => diagnosis).join(", ")}.`,
    );
  return chosen.flatMap(({ failed }) => failed);
}
