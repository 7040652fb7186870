import { isTooOldToDeploy } from "../../domain/guide/too-old.ts";
import { everyAgent, type Plan } from "../../domain/plan.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Reading } from "../plans/plans.ts";
import type { Line } from "../view.ts";
import { count, names } from "./words.ts";

/** What a plan says of the kinds of its agents. */
export function kindNotes({ plan, unasked }: Pick<Reading, "plan" | "unasked">, policy: Policy): readonly Line[] {
  return [...tooOldNote(plan), ...inactiveNote(plan), ...unaskedNote(unasked, policy)];
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

function unaskedNote(unasked: number, { ownWay }: Policy): readonly Line[] {
  if (unasked === 0) return [];
  return [
    [
      `${count(unasked, "agent is", "agents are")} asked for the operating system only before their turn: those on `,
      ...ownWay.os.flatMap((data, i) => (i === 0 ? [{ data }] : [", ", { data }])),
      " are skipped then.",
    ],
  ];
}
