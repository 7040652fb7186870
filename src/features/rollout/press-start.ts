import type { CommandContext } from "../../conversation/command.ts";
import { names } from "../../core/format.ts";
import { SlackError } from "../../core/ports.ts";
import { typedText } from "../../core/split-words.ts";
import { type Line, type Shown, say, type View } from "../../core/view.ts";
import { ServerError } from "../../model/deploy-server.ts";
import { LedgerUnwritable } from "../../model/ledger-port.ts";
import { agentsOf } from "../../model/plan/agents-of.ts";
import { causeText } from "../../phrases/cause-text.ts";
import { factsOf } from "../plan/facts-of.ts";
import { offlineWords } from "../plan/offline-words.ts";
import type { PlanResult } from "../plan/plan-result.ts";
import { partialView } from "../plan/plan-view.ts";
import { replan } from "../plan/replan.ts";
import { type DrawPlanPorts, drawPlan, slowly } from "../plan/selection.ts";
import type { CardFollowers, CardPlace } from "./card-followers.ts";
import type { PlanDrift, StartResult } from "./start-rollout.ts";
import { typedName } from "./typed-name.ts";

/** Start, or Request approval, pressed on a plan: `start DRAFT [what made the plan]`. */
export async function pressStart(
  command: "start" | "request",
  words: readonly string[],
  context: CommandContext,
  ports: DrawPlanPorts & FollowPorts,
): Promise<Shown> {
  const { call } = context;
  const { drafts, starter } = ports;
  const [id = "", said] = words;
  const looked = drafts.look(id, call.person);
  if (looked.kind === "used") return say("plan-used", "This plan was already started or cancelled.");
  if (looked.kind === "lost") return replan(said, context);
  const { plan } = looked.draft.result;
  const form = typedName(looked.draft.server, call, {
    title: command === "start" ? `Upgrade ${(plan.relays ?? plan.agents).length}?` : "Ask for approval?",
    line: [offlineWords(plan)],
    command,
    args: words,
  });
  if (form) return form;
  const taken = drafts.take(id, call.person);
  if (taken.kind !== "draft") return say("plan-used", "This plan was already started or cancelled.");
  const { draft } = taken;
  const { server, person, channel, selection, result: planResult } = draft;
  let result: StartResult | PlanDrift;
  try {
    const asking = command === "request";
    const progress = slowly(context, ports.clock, partialView);
    const { plan: before, findings } = planResult;
    const typed = typedText(draft.said);
    const facts = factsOf(planResult, server, selection.at ?? ports.clock.now());
    const seen = { findings, facts, typed };
    const callId = call.id;
    result = await starter.start({ server, person, callId, channel, selection, before, asking, progress, ...seen });
  } catch (error) {
    // The plan is not used up: its buttons stay.
    const isTrouble = error instanceof ServerError || error instanceof LedgerUnwritable || error instanceof SlackError;
    if (!isTrouble) throw error;
    return drawPlan(draft, draft.result, context, ports, `Nothing was started. ${error.message}`);
  }
  if (result.kind === "widened")
    return drawPlan(
      draft,
      withFindings(result.result, planResult),
      context,
      ports,
      `${result.sentence} Check the plan again before you start it.`,
    );
  return begun(result, context, ports);
}

/** A start does not look at the vendor's guide again: what it said before stands. */
function withFindings(now: PlanResult, { findings }: PlanResult): PlanResult {
  return findings ? { ...now, findings } : now;
}

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
