import { count, duration, names } from "../../../core/format.ts";
import { moment } from "../../../core/moment.ts";
import type { Line } from "../../../core/view.ts";
import type { StoredEvent } from "../../../model/events.ts";
import { everyAgent, type Plan } from "../../../model/plan/plan.ts";
import type { PauseKind } from "../../../model/rollout/rollout-events.ts";
import { callOf } from "../../../model/rollout/rollout-parts.ts";
import { causesText, causeText } from "../../../phrases/cause-text.ts";

/** What one event means to a reader. */
export interface Entry {
  /** Who did it: a Slack id, or `drydock`. */
  readonly who: string;
  readonly what: Line;
  /** Why, in words or causes, one line each. */
  readonly why: readonly Line[];
  readonly tone: "plain" | "good" | "bad" | "halt";
}

const PAUSED: Readonly<Record<PauseKind, string>> = {
  person: "paused it",
  rights: "paused it: rights are missing",
  coverage: "paused it: its approval covers no more upgrades",
  policy: "paused it: it needs approval again",
  version: "paused it: the server has another version",
  breaker: "paused it: the circuit breaker opened",
  canary: "paused it after the canaries",
  relay: "paused it: a relay needs attention",
  activity: "paused it: deployments run",
};

/** What the rollout's earlier events say of the one that follows. */
export interface Before {
  readonly isAsked: boolean;
  readonly isScheduled: boolean;
  readonly isStarted: boolean;
  /** The newest call after which upgrades may begin. */
  readonly callId?: string;
}

export const NOTHING_BEFORE: Before = { isAsked: false, isScheduled: false, isStarted: false };

export function afterEvent(earlier: Before, event: StoredEvent): Before {
  const { type } = event;
  const before = { ...earlier, ...callOf(event) };
  if (type === "rollout.requested") return { ...before, isAsked: true };
  if (type === "rollout.scheduled" || type === "rollout.rescheduled") return { ...before, isScheduled: true };
  if (type === "rollout.unscheduled") return { ...before, isScheduled: false };
  return type === "rollout.started" ? { ...before, isStarted: true } : before;
}

/** Who did it. Older versions wrote the requester where Drydock acted: a person's press is a call of its own, and never the earlier one. */
function actorOf({ actor, callId }: StoredEvent, before: Before): string {
  return callId !== undefined && callId === before.callId ? "drydock" : actor;
}

/** An event of a rollout's stream; undefined for those that only concern messages. */
export function rolloutEntry(event: StoredEvent, before = NOTHING_BEFORE): Entry | undefined {
  switch (event.type) {
    case "rollout.requested": {
      const { plan, requester, because, needed, typed } = event.data;
      const asks = because === null ? "asked for approval of" : "asked again for approval of";
      const what: Line = [`${asks} ${planWords(plan)} (${count(needed, "approval")} required)`];
      if (because === null) return { ...entry(requester, what), why: reasons(plan, typed) };
      // Before the start of what has no calls, as in the oldest ledgers, its actor may be a requester who did nothing.
      const who = before.isStarted || event.callId !== undefined ? actorOf(event, before) : "drydock";
      return { ...entry(who, what), why: [...reasons(plan, undefined), ...said(because)] };
    }
    case "rollout.approved":
      return { ...entry(event.data.by, ["approved it"]), tone: "good" };
    case "rollout.denied": {
      const { data } = event;
      const why = "causes" in data ? said(data.causes) : [[{ data: data.reason }]];
      return { who: data.by, what: ["denied it"], why, tone: "bad" };
    }
    case "rollout.withdrawn":
      return entry(event.data.by, ["withdrew the request"]);
    case "rollout.expired":
      return entry("drydock", ["closed the request: it expired"], "bad");
    case "rollout.renewed":
      return entry(event.data.by, ["asked again, as ", { bold: event.data.as }]);
    case "rollout.started": {
      const { plan, owner, dropped = [], typed } = event.data;
      const left = dropped.map(({ name, why }): Line => ["Left out: ", ...names([name]), ": ", ...causeText(why)]);
      const why = [...reasons(plan, typed), ...left];
      const what = `started ${planWords(plan)}`;
      if (!before.isAsked) return { ...entry(owner, [what], "good"), why };
      const when = before.isScheduled ? ", as scheduled" : ", after the approvals";
      return { ...entry("drydock", [`${what} for `, { person: owner }, when], "good"), why };
    }
    case "rollout.paused": {
      const { by, kind, causes } = event.data;
      return { who: by, what: [PAUSED[kind]], why: said(causes), tone: kind === "breaker" ? "bad" : "halt" };
    }
    case "rollout.continued":
      if (actorOf(event, before) === "drydock")
        return entry("drydock", ["resumed it for ", { person: event.data.by }, ", after the approvals"], "good");
      return entry(event.data.by, ["resumed it, and owns it from here on"], "good");
    case "rollout.offered":
      return entry(event.data.by, ["offered it to ", { person: event.data.to }]);
    case "rollout.offer-ended":
      return entry(event.data.by, [event.data.how === "expired" ? "let the offer expire" : "declined the offer"]);
    case "rollout.handed-over":
      return entry(event.data.by, ["accepted it from ", { person: event.data.from }, ", and owns it from here on"]);
    case "rollout.scheduled":
      return entry(event.data.by, ["scheduled the start for ", moment(event.data.at)]);
    case "rollout.rescheduled":
      return entry(event.data.by, [
        "moved the start to ",
        moment(event.data.at),
        ". Earlier approvals no longer count",
      ]);
    case "rollout.unscheduled":
      return { ...entry(event.data.by, ["cancelled the scheduled start"], "halt"), why: said(event.data.because) };
    case "review.opened":
      return {
        ...entry(event.data.by, ["started it as an emergency, without approval"], "halt"),
        why: [[{ data: event.data.reason }]],
      };
    case "review.closed":
      return { ...entry(event.data.by, ["reviewed the emergency"], "good"), why: [[{ data: event.data.note }]] };
    case "rollout.retried": {
      const { by, cause, agents } = event.data;
      const which = cause === null ? "" : ` that failed with ${cause}`;
      return entry(by, [`asked Drydock to retry ${count(agents.length, "agent")}${which}`]);
    }
    case "retry.dropped":
      return {
        ...entry("drydock", ["did not try ", ...names([event.data.agent.name]), " again"], "halt"),
        why: [causeText(event.data.why)],
      };
    case "canary.passed":
      return entry("drydock", [`found ${count(event.data.canaries, "canary", "canaries")} stable`], "good");
    case "waiting.returned":
      return entry("drydock", ["added agents that came back: ", ...names(event.data.agents.map(({ name }) => name))]);
    case "waiting.dropped":
      return entry("drydock", ["waits no longer for ", ...names(event.data.agents.map(({ name }) => name))], "halt");
    case "relay.asked":
      return entry("drydock", ["asked the owner to upgrade the relay ", { data: event.data.relay.name }]);
    case "relay.put-back":
      return entry("drydock", ["withdrew the turn of the relay ", { data: event.data.relay.name }], "halt");
    case "relay.ended": {
      const { relay, outcome, detail } = event.data;
      const tone = outcome === "upgraded" || outcome === "elsewhere" ? "good" : "halt";
      return {
        ...entry(
          event.data.by ?? "drydock",
          ["ended the turn of the relay ", { data: relay.name }, `: ${outcome}`],
          tone,
        ),
        why: detail ? [causeText(detail)] : [],
      };
    }
    case "rollout.stopped":
      return entry(event.data.by, ["stopped it"], "bad");
    case "rollout.ended": {
      const { took } = event.data;
      return entry("drydock", [`ended it${took ? ` after ${duration(took)}` : ""}`]);
    }
    default:
      return undefined;
  }
}

function entry(who: string, what: Line, tone: Entry["tone"] = "plain"): Entry {
  return { who, what, why: [], tone };
}

function planWords(plan: Plan): string {
  if (plan.relays) return count(plan.relays.length, "relay");
  return count(everyAgent(plan).length, "agent");
}

function reasons({ options }: Plan, typed: string | undefined): readonly Line[] {
  return [
    ...(options.reason ? [["Reason: ", { data: options.reason }]] : []),
    ...(typed ? [["Typed: ", { data: typed }]] : []),
  ];
}

function said(causes: Parameters<typeof causesText>[0] | null): readonly Line[] {
  return causes && causes.length > 0 ? [causesText(causes)] : [];
}
