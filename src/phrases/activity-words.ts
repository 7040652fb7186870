import type { AgentRef } from "../core/agent-ref.ts";
import { count, names } from "../core/format.ts";
import type { Line } from "../core/view.ts";
import { countedWords, troubleWords } from "../gates/deployment-words.ts";
import type { ActivityFacts } from "../model/plan/plan-facts.ts";
import { ignoresUnread, type Policy, waitsForAgent } from "../model/policy.ts";

/** Of a plan's agents that deploy, so many are named. */
const MAX_NAMED = 3;
const CANNOT = " Drydock cannot leave deploying agents alone.";

/** Which deployments nobody can attribute to an agent; undefined where there are none. */
export function unnamedWords({ unnamed }: { readonly unnamed: number }): string | undefined {
  if (unnamed === 0) return undefined;
  return `The server does not name the ${unnamed === 1 ? "agent" : "agents"} of ${count(unnamed, "running deployment")}.`;
}

/** What a plan says of deployments that run now: which of its agents deploy, or how many run, and what Drydock makes of it. */
export function activityLines(activity: ActivityFacts, policy: Pick<Policy, "server" | "whenBusy">): readonly Line[] {
  const waits = waitsForAgent(policy);
  if (activity.kind === "trouble") return [[troubleLine(activity, policy)]];
  const counted = countedWords(policy.server, activity.kind === "known" ? activity.running : undefined);
  if (activity.kind === "not-reported") return [[`${counted}${waits ? CANNOT : ruleWords(policy)}`]];
  const { busy } = activity;
  const unnamed = unnamedWords(activity);
  const rest = unnamed === undefined ? "" : ` ${unnamed}${waits ? " Drydock cannot leave those alone." : ""}`;
  if (busy.length === 0) {
    if (activity.running === 0) return ruleWords(policy) ? [[ruleWords(policy).trim()]] : [];
    const none = activity.running > 0 && unnamed === undefined ? " None runs on an agent of this plan." : "";
    return [[`${counted}${none}${rest}${ruleWords(policy)}`]];
  }
  const deploy = `${count(busy.length, "agent deploys", "agents deploy")} right now: `;
  const [them, their] = busy.length === 1 ? ["it", "its deployment ends"] : ["them", "their deployments end"];
  const then = waits
    ? ` Drydock upgrades ${them} when ${their}.`
    : ruleWords(policy) ||
      ` Upgrading ${them} may interrupt ${busy.length === 1 ? "its deployment" : "their deployments"}.`;
  const all: Line = [deploy, ...namesOf(busy), `.${then}`];
  return unnamed === undefined ? [all] : [all, [`${counted}${rest}`]];
}

/** The same for those who approve later: what ran when it was asked. */
export function askedActivity(activity: ActivityFacts, policy: Pick<Policy, "server" | "whenBusy">): Line {
  if (activity.kind === "trouble") return [troubleLine(activity, policy)];
  if (activity.kind === "not-reported") return [countedWords(policy.server, undefined)];
  const { busy, running } = activity;
  if (busy.length > 0) {
    const then = waitsForAgent(policy)
      ? " Drydock upgrades an agent when its deployment ends."
      : ruleWords(policy) || " Upgrading an agent may interrupt its deployment.";
    return [`${count(busy.length, "agent")} deployed when it was asked: `, ...namesOf(busy), `.${then}`];
  }
  if (running === 0) return [];
  const unnamed = unnamedWords(activity) ?? "None of them ran on these agents.";
  return [`Deployments when it was asked: ${running}. ${unnamed}`];
}

function troubleLine(
  { fault, status }: Extract<ActivityFacts, { readonly kind: "trouble" }>,
  policy: Pick<Policy, "server" | "whenBusy">,
): string {
  const then = ignoresUnread(policy, fault) ? CANNOT : " Drydock starts no upgrade until it knows which agents deploy.";
  return `${troubleWords(policy.server, fault, status)}${waitsForAgent(policy) ? then : ruleWords(policy)}`;
}

function namesOf(busy: readonly AgentRef[]): Line {
  return names(
    busy.map(({ name }) => name),
    MAX_NAMED,
  );
}

function ruleWords({ whenBusy }: Pick<Policy, "whenBusy">): string {
  if (whenBusy === "wait_until_zero") return " Nothing begins while any deployment runs.";
  return whenBusy === "require_maintenance" ? " Nothing begins outside the server's maintenance mode." : "";
}
