import { isTooOldToDeploy } from "../core/agent.ts";
import { onceFor } from "../core/cache.ts";
import { count, duration, names } from "../core/format.ts";
import { data, type Line } from "../core/view.ts";
import { javaMinimum, javaNeed, raisesJava } from "../model/guide/java.ts";
import { darkOf, everyAgent, type Plan } from "../model/plan/plan.ts";
import type { PlanFacts } from "../model/plan/plan-facts.ts";
import type { Policy } from "../model/policy.ts";
import { javaWords } from "./java-words.ts";

/** What a plan says of the kinds of its agents. */
export const kindNotes = onceFor((plan: Plan): readonly Line[] => [
  ...tooOldNote(plan),
  ...agentsJavaNote(plan),
  ...inactiveNote(plan),
]);

/** What relays need at the server's version, unless they needed as much before. */
export function javaNote(plan: Plan): readonly Line[] {
  const need = javaNeed(plan.serverVersion);
  return need && raises(plan, plan.relays ?? []) ? [javaWords(need)] : [];
}

/** The vendor does not say what agents need: what servers need is a hint, short enough for one line on a phone. */
function agentsJavaNote(plan: Plan): readonly Line[] {
  const minimum = javaMinimum(plan.serverVersion);
  if (!minimum || !raises(plan, everyAgent(plan))) return [];
  return [[`Check the agents' Java: servers and relays need ${minimum.java}.`]];
}

function raises({ serverVersion }: Plan, upgraded: readonly { readonly version: string | null }[]): boolean {
  return upgraded.some(({ version }) => raisesJava(version, serverVersion));
}

/** The vendor calls them Upgrade Required, whatever their status says. */
function tooOldNote({ agents, options, serverVersion }: Plan): readonly Line[] {
  const old = agents.filter(({ version }) => isTooOldToDeploy(version, serverVersion));
  if (old.length === 0) return [];
  const shown = names(
    old.map(({ name }) => name),
    5,
  );
  const first = (options.canary ?? 0) > 0 ? "They go first among the canaries." : "With --canary N they go first.";
  return [
    [
      `${count(old.length, "agent is", "agents are")} older than 4.8.5 (`,
      ...shown,
      `). On a server of 6.0 or later such agents run no deployments. ${first}`,
    ],
  ];
}

function inactiveNote(plan: Plan): readonly Line[] {
  const inactive = everyAgent(plan).filter((agent) => agent.inactive);
  if (inactive.length === 0) return [];
  const shown = names(
    inactive.map(({ name }) => name),
    5,
  );
  return [[`${count(inactive.length, "of them is", "of them are")} inactive on the server (`, ...shown, ")."]];
}

/** Of a large plan only the first agents have been asked what they run on. */
export function unaskedNote(unasked: number): readonly Line[] {
  if (unasked === 0) return [];
  return [
    [
      `Drydock reads the operating system of ${count(unasked, "agent")} just before the turn. It skips agents that upgrade in their own way.`,
    ],
  ];
}

/** What a plan says of its canaries: which, and what the rest waits for. */
export function canaryNote(plan: Plan, policy: Policy): readonly Line[] {
  const { canary, hold } = plan.options;
  const first = plan.agents.slice(0, canary ?? 0).map(({ name }) => name);
  if (first.length === 0) return [];
  const held = hold || policy.canaryHold ? " and a person presses Resume" : "";
  const rest =
    first.length < plan.agents.length
      ? `the others wait until ${first.length === 1 ? "it is" : "they are"} stable${held}.`
      : "the plan has no other agents.";
  return [[`${count(first.length, "canary", "canaries")} first (`, ...names(first, 5), `): ${rest}`]];
}

/** What a plan says of the agents that are offline and waited for. */
export function waitingNote({ waiting = [] }: Plan, policy: Policy): readonly Line[] {
  if (waiting.length === 0) return [];
  return [
    [
      `${count(waiting.length, "agent is", "agents are")} offline. Drydock waits ${duration(policy.approvalCovers)} for a return (`,
      ...names(
        waiting.map(({ name }) => name),
        5,
      ),
      "). It upgrades agents that come back and need it, and names the others.",
    ],
  ];
}

/** @param offline agents that were asked for. */
export function offlineUnknown(offline: number): string {
  return `${count(offline, "agent is", "agents are")} offline. Drydock does not know whether ${offline === 1 ? "it needs" : "they need"} the upgrade.`;
}

export const EXCEEDS_WINDOW =
  "It will probably not finish in the window in which it begins. The rest waits for the next window.";

/** `About 6 min, at most 10 at a time (2 behind one relay).` */
export function durationWords({ takes, learned, perRelay }: PlanFacts, slots: number): string {
  const guessed = learned ? "" : " (guessed)";
  const spread = perRelay === undefined ? "" : ` (${perRelay} behind one relay)`;
  return `About ${duration(takes)}${guessed}, at most ${slots} at a time${spread}.`;
}

/** What is confirmed before anything begins: who goes offline, how many at a time, and that no one can undo it. */
export function offlineWords(plan: Plan): string {
  if (plan.relays) return relayWords(plan, plan.relays.length);
  const n = everyAgent(plan).length;
  const { slots } = plan.options;
  if (n === 1) return `1 agent on ${plan.server} goes offline and restarts with the new version. ${FOR_GOOD}`;
  const who =
    n <= slots
      ? `${count(n, "agent")} on ${plan.server} go offline and restart`
      : slots === 1
        ? `${count(n, "agent")} on ${plan.server} go offline one after another and restart`
        : `Up to ${slots} of these ${count(n, "agent")} on ${plan.server} at a time go offline and restart`;
  const waiting = plan.waiting?.length ?? 0;
  const also =
    waiting > 0 ? ` ${waiting.toLocaleString("en")} of them ${waiting === 1 ? "is" : "are"} offline now.` : "";
  return `${who} with the new version.${also} ${FOR_GOOD}`;
}

const FOR_GOOD = "This cannot be undone.";

function relayWords(plan: Plan, relays: number): string {
  const dark = darkOf(plan);
  const what =
    relays === 1
      ? `1 relay on ${plan.server}: Drydock asks you to upgrade it.`
      : `${count(relays, "relay")} on ${plan.server}: Drydock asks you to upgrade one after another.`;
  return dark === 0 ? what : `${what} ${count(dark, "agent goes", "agents go")} offline meanwhile.`;
}

/** The relays of a plan, each with how many agents go dark with it. */
export function plannedRelays({ relays = [] }: Pick<Plan, "relays">): readonly Line[] {
  const lines = relays
    .slice(0, MAX_RELAYS)
    .map(({ name, version, dark }): Line => [data(name), " at ", data(version), `: ${darkWords(dark)}`]);
  return relays.length > MAX_RELAYS ? [...lines, [`and ${relays.length - MAX_RELAYS} more`]] : lines;
}

/** `12 agents go offline with it`. */
export function darkWords(dark: number): string {
  if (dark === 0) return "no agent that the server lists is behind it";
  return `${count(dark, "agent goes", "agents go")} offline with it`;
}

const MAX_RELAYS = 10;
