import { type CommandContext, defineCommand } from "../../conversation/command.ts";
import { replan } from "../../conversation/replan.ts";
import { typedName } from "../../conversation/typed-name.ts";
import { SlackError } from "../../core/ports.ts";
import { typedText } from "../../core/typed-text.ts";
import type { Shown } from "../../core/view.ts";
import { ServerError } from "../../model/deploy-server.ts";
import { isUnconfirmed, LedgerUnwritable } from "../../model/ledger-port.ts";
import { offlineWords } from "../../phrases/plan-words.ts";
import { begun, type FollowPorts, type PlanDrift, type Starter, type StartResult } from "../rollout/rollout-port.ts";
import { factsOf, type PlanProgress, type PlanResult } from "./plan-port.ts";
import { partialView } from "./plan-view.ts";
import { type DrawPlanPorts, drawPlan } from "./show-plan.ts";
import { usedView } from "./used-view.ts";

/** Start, or Request approval, pressed on a plan: `start DRAFT [what made the plan]`. */
export async function pressStart(
  command: "start" | "request",
  words: readonly string[],
  context: CommandContext,
  ports: StartPorts,
): Promise<Shown> {
  const { call } = context;
  const { drafts, starter } = ports;
  const [id = "", said] = words;
  const looked = drafts.look(id, call.person);
  if (looked.kind === "used") return usedView(looked.by, context.word);
  if (looked.kind === "lost") return replan(said, context);
  const { plan } = looked.draft.result;
  const form = typedName(looked.draft.server, call, () => ({
    title: command === "start" ? `Upgrade ${(plan.relays ?? plan.agents).length}?` : "Ask for approval?",
    line: [offlineWords(plan)],
    command,
    args: words,
  }));
  if (form) return form;
  const taken = drafts.take(id, call.person, "start");
  if (taken.kind === "used") return usedView(taken.by, context.word);
  if (taken.kind === "lost") return replan(said, context);
  const { draft } = taken;
  const { server, person, channel, selection, result: planResult } = draft;
  let result: StartResult | PlanDrift;
  try {
    const asking = command === "request";
    const progress = (partial: PlanProgress) => context.show(partialView(partial));
    const { plan: before, findings } = planResult;
    const typed = typedText(draft.said);
    // A rollout that starts at once shows its own state. What waits for approvals or its time shows what is seen now.
    const isKept = asking || selection.at !== undefined;
    const facts = isKept ? factsOf(planResult, server, selection.at ?? ports.clock.now()) : undefined;
    const seen = { findings, facts, typed };
    const callId = call.id;
    result = await starter.start({ server, person, callId, channel, selection, before, asking, progress, ...seen });
  } catch (error) {
    // The plan is not used up: its buttons stay.
    const isTrouble = error instanceof ServerError || error instanceof LedgerUnwritable || error instanceof SlackError;
    if (!isTrouble) throw error;
    const done = isUnconfirmed(error) ? "It may have started: look at `status` first." : "Nothing was started.";
    return drawPlan(draft, draft.result, context, ports, `${done} ${error.message}`);
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

interface StartPorts extends DrawPlanPorts, FollowPorts {
  readonly starter: Starter;
}

/** Pressed on a plan, or the server's name typed: `start DRAFT [what made the plan]`. */
export const start = defineCommand({
  name: "start",
  summary: "start the rollout that a plan describes",
  args: { positional: { hint: "PLAN", required: true, many: true }, flags: {}, example: "press Start on a plan" },
  handler: (args, context, ports: StartPorts) => pressStart("start", args.words, context, ports),
});

/** Pressed on a plan whose server wants approvals: `request DRAFT [what made the plan]`. */
export const request = defineCommand({
  name: "request",
  summary: "ask for the approvals that a plan needs",
  args: {
    positional: { hint: "PLAN", required: true, many: true },
    flags: {},
    example: "press Request approval on a plan",
  },
  handler: (args, context, ports: StartPorts) => pressStart("request", args.words, context, ports),
});
