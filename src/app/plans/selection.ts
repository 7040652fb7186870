import type { AgentStatus } from "../../domain/agent.ts";
import { blockedByRules } from "../../domain/gates/blocked-by-rules.ts";
import { closing, openingWords } from "../../domain/gates/windows.ts";
import { unitIds } from "../../domain/relays/units.ts";
import { forecast } from "../../domain/rollouts/progress.ts";
import type { CommandContext } from "../command.ts";
import type { Arguments, FlagSpec } from "../conversation/arguments.ts";
import { nearest } from "../conversation/arguments.ts";
import { frozenLine } from "../gates/freezes.ts";
import { readStart } from "../gates/schedules.ts";
import type { ManagedServer, Servers } from "../managed-server.ts";
import { UserError } from "../user-error.ts";
import type { View } from "../view.ts";
import { shortNotes } from "../views/check-words.ts";
import { partialView, planView } from "../views/plan-view.ts";
import { relayPlanView } from "../views/relay-plan-view.ts";
import type { Selection } from "./agent-selection.ts";
import type { PlanProgress, PlanResult } from "./plan-result.ts";
import { readSelection } from "./read-selection.ts";

/** The flags that every command takes which makes a plan. */
export const SELECTION_FLAGS: Readonly<Record<string, FlagSpec>> = {
  server: { hint: "NAME", kind: "text", summary: "the server, if there are several" },
  name: { hint: "GLOB", kind: "list", summary: "only agents with this name or glob, e.g. web-*" },
  only: { hint: "GLOB", kind: "list", summary: "of these, only agents with this name or glob; Adjust writes it" },
  exclude: { hint: "GLOB", kind: "list", summary: "leave out agents with this name or glob" },
  team: { hint: "TEAM", kind: "list", summary: "only agents of this team, by name, glob or id" },
  tag: { hint: "TAG", kind: "list", summary: "only agents with this tag, by name or glob" },
  relay: { hint: "RELAY", kind: "list", summary: "only agents behind this relay, by name, glob or id" },
  version: { hint: "RANGE", kind: "list", summary: "only agents at these versions, e.g. <7.1 or >=6.2.7.1" },
  limit: { hint: "N", kind: "number", summary: "at most this many agents" },
  slots: { hint: "N", kind: "number", summary: "at most this many at once, below the server's own limit" },
  canary: { hint: "N", kind: "number", summary: "upgrade this many first; all others wait until they are stable" },
  hold: {
    hint: "",
    kind: "switch",
    summary: "after the canaries, wait until a person resumes the rollout (one canary, unless --canary names more)",
  },
  "include-offline": {
    hint: "",
    kind: "switch",
    summary: "include offline agents: they are upgraded when they come back and still need it",
  },
  "include-inactive": {
    hint: "",
    kind: "switch",
    summary: "include inactive agents, on servers before 7.1 that allow actions on them",
  },
  reason: { hint: "TEXT", kind: "text", summary: "the reason, for the record" },
  at: {
    hint: "TIME",
    kind: "time",
    summary: "start at this time: 22:30, tonight 22:00, sat 22:00, 2026-12-01T06:00 or next-window",
  },
  emergency: {
    hint: "REASON",
    kind: "text",
    summary: "start up to 10 agents without approval, if the server's rules allow it; an approver reviews it later",
  },
};

/** What a plan is made of. */
export interface PlanSource {
  readonly server: ManagedServer;
  readonly selection: Selection;
  /** The command with its arguments, to make the plan again. */
  readonly said: readonly string[];
}

/** Makes a plan from what was said and shows it; `notice` stands above it. */
export async function showPlan(
  said: { readonly name: string; readonly statuses: readonly AgentStatus[] },
  args: Arguments,
  context: CommandContext,
): Promise<View> {
  const { services, call } = context;
  const server = serverNamed(services.servers, args.text("server"));
  const chosen = readSelection({ name: server.name, slots: server.policy.slots }, said.statuses, args);
  const typed = args.text("at");
  if (typed !== undefined && chosen.emergency)
    throw new UserError("flags-conflict", "An emergency starts at once: leave out --at, or leave out --emergency.");
  const selection = typed === undefined ? chosen : { ...chosen, at: readStart(typed, server, context.localTime).at };
  const source: PlanSource = { server, selection, said: [said.name, ...args.said] };
  const progress = slowly(context, (partial: PlanProgress) => partialView(partial));
  const result = await services.plans.read({ server, selection, person: call.person, progress });
  return drawPlan(source, result, context);
}

/** A private answer can be drawn again only a few times (Slack takes five in all): at once, after 4 s and after 12 s. */
const SHOWN_AT = [0, 4_000, 12_000];

/** Draws what comes in, but only now and then. */
export function slowly<T>({ services, show }: CommandContext, draw: (value: T) => View): (value: T) => void {
  let shown = 0;
  let first = 0;
  return (value) => {
    const now = services.clock.monotonic();
    if (shown === 0) first = now;
    const due = SHOWN_AT[shown];
    if (due === undefined || now - first < due) return;
    shown += 1;
    show(draw(value));
  };
}

export function drawPlan(
  source: PlanSource,
  result: PlanResult,
  { services, call, word }: CommandContext,
  notice?: string,
): View {
  const { server, selection, said } = source;
  const { plan } = result;
  const draft = services.drafts.keep({ person: call.person, channel: call.channel, server, selection, said, result });
  const agents = unitIds(plan).length;
  const blocked = agents > 0 ? [...blockedByRules(server.policy, plan)] : [];
  const { approvals, size, emergency } = services.starter.wanted(server, call.person, result.identity, plan);
  if (agents > 0 && emergency?.blocked) blocked.push(emergency.blocked);
  const draw = plan.relays ? relayPlanView : planView;
  return draw({
    result,
    draftId: draft.id,
    policy: server.policy,
    approvals,
    size,
    emergency: emergency !== undefined,
    frozen: frozenLine(services.projections, server, services.clock.now()),
    at: selection.at,
    exceedsWindow: exceedsWindow(result, server, selection.at ?? services.clock.now()),
    opens: openingWords(server.policy.windows, services.clock.now()),
    blocked: blocked.length > 0 ? blocked.join(" ") : undefined,
    said,
    checks: shortNotes(result.findings, server.name, {
      word,
      server: services.servers.size > 1 ? server.name : undefined,
    }),
    ...(notice ? { notice } : {}),
  });
}

function exceedsWindow({ plan, expected }: PlanResult, { policy }: ManagedServer, begins: number): boolean {
  const closes = closing(policy.windows, begins);
  return closes !== undefined && closes > begins && begins + forecast(expected, plan.options.slots) > closes;
}

/** The server that was named, or the only one there is. */
export function serverNamed(servers: Servers, name: string | undefined): ManagedServer {
  const known = [...servers.keys()];
  const only = known.length === 1 ? known[0] : undefined;
  const server = servers.get(name ?? only ?? "");
  if (server) return server;
  if (name === undefined)
    throw new UserError(
      "which-server",
      `There are several servers; say which: --server ${known.join(" or --server ")}.`,
    );
  const near = nearest(name, known);
  throw new UserError(
    "no-such-server",
    `There is no server "${name.slice(0, 60)}".${near ? ` Did you mean ${near}?` : ""} There are: ${known.join(", ")}.`,
  );
}
