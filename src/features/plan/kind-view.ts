import { count, names } from "../../core/format.ts";
import type { Line } from "../../core/view.ts";
import { javaMinimum, javaWords, raisesJava } from "../../model/guide/java.ts";
import { isTooOldToDeploy } from "../../model/guide/too-old.ts";
import { everyAgent, type Plan } from "../../model/plan/plan.ts";

/** What a plan says of the kinds of its agents. */
export function kindNotes(plan: Plan): readonly Line[] {
  return [...tooOldNote(plan), ...agentsJavaNote(plan), ...inactiveNote(plan)];
}

/** What relays need at the server's version, unless they needed as much before. */
export function javaNote(plan: Plan): readonly Line[] {
  const words = javaWords(plan.serverVersion);
  return words && raises(plan, plan.relays ?? []) ? [words] : [];
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
  const first = (options.canary ?? 0) > 0 ? "they go first among the canaries" : "with --canary N they go first";
  return [
    [
      `${count(old.length, "agent is", "agents are")} older than 4.8.5 (`,
      ...shown,
      `): on a server of 6.0 or later such agents run no deployments until they are upgraded; ${first}.`,
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
      `Drydock asks just before the turn what ${count(unasked, "agent runs", "agents run")} on. It skips agents that upgrade in their own way.`,
    ],
  ];
}
