import { CONFIGURED } from "../../domain/guide/java.ts";
import { isTooOldToDeploy } from "../../domain/guide/too-old.ts";
import { javaRisk } from "../../domain/plans/java-risk.ts";
import { everyAgent, type Plan } from "../../domain/plans/plan.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Line } from "../view.ts";
import { count, names } from "./words.ts";

/** What a plan says of the kinds of its agents. */
export function kindNotes(plan: Plan, policy: Policy): readonly Line[] {
  return [...tooOldNote(plan), ...javaNote(plan, policy), ...laterJavaNote(plan, policy), ...inactiveNote(plan)];
}

/** Why there have to be canaries though nobody asked for any: one at least of each kind. */
function javaNote({ agents, serverVersion }: Plan, policy: Policy): readonly Line[] {
  const kinds = agents.flatMap(({ canaryFor }) => canaryFor ?? []);
  const risk = javaRisk(agents, serverVersion, policy);
  if (kinds.length === 0 || !risk) return [];
  const { minimum } = risk;
  const told = minimum.source === CONFIGURED ? "" : " (told for the server and its relays; for agents it is not)";
  const which =
    kinds.length < risk.kinds.length
      ? `each of the ${kinds.length} largest of ${risk.kinds.length} kinds`
      : "each kind";
  const some = count(risk.agents, "of these agents runs", "of these agents run");
  return [
    [
      `Java ${minimum.java} is needed from ${minimum.from} on${told}, and on what ${some} is not known: one of ${which} has to be among the canaries (`,
      ...names(kinds),
      ").",
    ],
  ];
}

/** Agents that are waited for come after the canaries, whatever they run on: none of them can be one. */
function laterJavaNote({ agents, waiting = [], serverVersion }: Plan, policy: Policy): readonly Line[] {
  const risk = javaRisk(waiting, serverVersion, policy);
  const tried = new Set(agents.flatMap(({ canaryFor }) => canaryFor ?? []));
  const untried = risk?.kinds.filter((kind) => !tried.has(kind)) ?? [];
  if (!risk || untried.length === 0) return [];
  return [
    [
      `${count(risk.agents, "agent that is offline runs", "agents that are offline run")} on a Java that is not known, and Java ${risk.minimum.java} may be needed: no canary is of their kind (`,
      ...names(untried),
      "), so plan them alone if that has to be tried first.",
    ],
  ];
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
      `What ${count(unasked, "agent runs", "agents run")} on is asked only before their turn: those that upgrade in their own way, or whose Java is too old, are skipped then.`,
    ],
  ];
}
