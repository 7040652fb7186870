import type { ArgumentsOf } from "../../conversation/arguments.ts";
import type { CommandContext } from "../../conversation/command.ts";
import { readStart } from "../../conversation/local-time.ts";
import type { AgentStatus } from "../../core/agent.ts";
import { moment } from "../../core/moment.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { View } from "../../core/view.ts";
import { blockedAt } from "../../gates/index.ts";
import { ofPlan } from "../../gates/rollout-situation.ts";
import type { ServerSituation } from "../../gates/server-situation.ts";
import { unitIds } from "../../model/plan/plan.ts";
import { wantedFor } from "../../model/plan/size.ts";
import type { Places } from "../../people/channels.ts";
import { plainCause } from "../../phrases/cause-text.ts";
import { shortNotes } from "../../phrases/finding-words.ts";
import type { Projections } from "../../projections/projections.ts";
import { type ManagedServer, type Servers, serverNamed } from "../../servers/managed-server.ts";
import type { Drafts } from "./drafts.ts";
import { factsOf, type PlanProgress, type PlanResult, type Plans, type Selection } from "./plan-port.ts";
import { partialView, planView } from "./plan-view.ts";
import { readSelection, type SELECTION_FLAGS } from "./read-selection.ts";
import { relayPlanView } from "./relay-plan-view.ts";

/** What a plan is made of. */
export interface PlanSource {
  readonly server: ManagedServer;
  readonly selection: Selection;
  /** The command with its arguments, to make the plan again. */
  readonly said: readonly string[];
}

/** What a plan is drawn with. */
export interface DrawPlanPorts {
  readonly servers: Servers;
  readonly drafts: Drafts;
  readonly projections: Pick<Projections, "countedRollouts" | "ageOf">;
  readonly places: Pick<Places, "unlisted">;
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly clock: Clock;
}

/** Makes a plan from what was said and shows it. */
export async function showPlan(
  said: { readonly name: string; readonly statuses: readonly AgentStatus[] },
  args: ArgumentsOf<typeof SELECTION_FLAGS>,
  context: CommandContext,
  ports: DrawPlanPorts & { readonly plans: Plans },
): Promise<View> {
  const server = serverNamed(ports.servers, args.text("server"));
  const chosen = readSelection({ name: server.name, slots: server.policy.slots }, said.statuses, args);
  const typed = args.text("at");
  if (typed !== undefined && chosen.emergency)
    throw new UserError("flags-conflict", "An emergency starts at once: leave out --at, or leave out --emergency.");
  const start = typed === undefined ? undefined : readStart(typed, server, context.localTime);
  const selection = start ? { ...chosen, at: start.at, atSaid: start.said } : chosen;
  const source: PlanSource = { server, selection, said: [said.name, ...args.said] };
  const progress = (partial: PlanProgress) => context.show(partialView(partial));
  const result = await ports.plans.read({ server, selection, person: context.call.person, progress });
  return drawPlan(source, result, context, ports);
}

export function drawPlan(
  source: PlanSource,
  result: PlanResult,
  { call, word }: CommandContext,
  { servers, drafts, projections, places, situation, clock }: DrawPlanPorts,
  notice?: string,
): View {
  const { server, selection, said } = source;
  const { plan } = result;
  const draft = drafts.keep({ person: call.person, channel: call.channel, server, selection, said, result });
  const agents = unitIds(plan).length;
  const who = { person: call.person, userId: result.identity.user.id };
  const counted = { rollouts: projections.countedRollouts(), who, ageOf: projections.ageOf };
  const { approvals, size, emergencySize } = wantedFor(plan, server.policy, counted);
  const point = selection.at !== undefined ? "schedule" : approvals > 0 ? "request" : "start";
  const rules = { ...ofPlan(plan, clock.now()), emergencySize };
  const found = agents > 0 ? blockedAt(point, "rollout", rules, server.policy) : [];
  const unlisted = agents > 0 ? places.unlisted(call.channel) : undefined;
  const blocked = [...found.map(({ cause }) => plainCause(cause)), ...(unlisted === undefined ? [] : [unlisted])];
  const draw = plan.relays ? relayPlanView : planView;
  return draw({
    result,
    draftId: draft.id,
    policy: server.policy,
    approvals,
    size,
    emergency: emergencySize !== undefined,
    starts: selection.at === undefined ? undefined : (selection.atSaid ?? [moment(selection.at)]),
    facts: factsOf(result, server, selection.at ?? clock.now()),
    gates: blockedAt(point, "server", situation(server), server.policy),
    blocked: blocked.length > 0 ? blocked.join(" ") : undefined,
    said,
    checks: shortNotes(result.findings, server.name, {
      word,
      server: servers.size > 1 ? server.name : undefined,
    }),
    ...(notice ? { notice } : {}),
  });
}
