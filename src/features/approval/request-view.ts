import { count, names } from "../../core/format.ts";
import { type Button, data, type Line } from "../../core/view.ts";
import { phraseOf, shownOf } from "../../gates/index.ts";
import { everyAgent, type Plan } from "../../model/plan/plan.ts";
import type { PlanFacts } from "../../model/plan/plan-facts.ts";
import type { Policy } from "../../model/policy.ts";
import { approvalsWanted, isApproved, isScheduled } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { askedActivity } from "../../phrases/activity-words.ts";
import { agentsOf } from "../../phrases/agents-of.ts";
import { askedNotes } from "../../phrases/finding-words.ts";
import { leftOutOfRequest, unjudgedLines } from "../../phrases/left-out.ts";
import {
  canaryNote,
  durationWords,
  EXCEEDS_WINDOW,
  kindNotes,
  offlineUnknown,
  plannedRelays,
  waitingNote,
} from "../../phrases/plan-words.ts";
import { startWords } from "../../phrases/progress-words.ts";
import type { CardBody, CardInput, Contribution } from "../contribution.ts";
import { askingButtons, askingLines, panelParts, typedLines } from "./asking-view.ts";
import { requestReplies } from "./request-thread.ts";

/** Names on the card: it is read on a phone. */
const MAX_NAMES = 3;

export const approval: Contribution = {
  of: "request",
  card: (input) => {
    const { rollout, policy, waits } = input;
    const isRequest = rollout.status === "requested" || rollout.status === "closed";
    return {
      ...(isRequest ? { body: requestBody(input) } : { panel: panelParts(rollout, policy, waits) }),
      buttons: [...askingButtons(rollout, policy), ...againButton(rollout)],
    };
  },
  replies: ({ rollout, server }) => requestReplies(rollout, server.policy),
};

/** What the card of a rollout says that has not started: what is asked, who agreed, and what became of it. */
function requestBody({ rollout, policy, blocked: [first], waits }: CardInput): CardBody {
  const { plan } = rollout;
  const isKept = first !== undefined || waits !== undefined;
  const heading = `${rollout.id}: ${headline(rollout, policy, isKept)}`;
  const { facts } = rollout.request ?? {};
  const what = `Upgrade ${ofCandidates(plan, facts)} on ${plan.server}`;
  const lines: Line[] = [
    [{ bold: what }, ...versionOf(plan), ", asked for by ", ...requesterOf(rollout), "."],
    ...(plan.relays ? plannedRelays(plan) : [firstNames(plan, facts?.notSelected ?? 0)]),
    ...leftOutOfRequest({ excluded: plan.excluded, overLimit: facts?.overLimit ?? 0 }),
  ];
  if (plan.options.reason) lines.push(["Reason: ", data(plan.options.reason)]);
  lines.push(...typedLines(rollout), ...withoutEffect(facts));
  lines.push(...(plan.relays ? RELAYS : paceLines(rollout, policy)));
  const starts = startWords(rollout);
  if (starts) lines.push(["Starts ", ...starts, ", by itself."]);
  lines.push(...askingLines(rollout, policy));
  if (rollout.status === "requested") {
    const isReady = isApproved(rollout, policy);
    if (first && (isReady || shownOf(first).endsInTime))
      lines.push([...phraseOf(first), ...(isReady ? [] : [" It can be approved meanwhile."])]);
    else if (waits) lines.push([waits]);
  }
  return {
    key: "request",
    summary: [`${heading}. ${what}.`],
    heading: `${rollout.status === "closed" ? "■" : "⏳"} ${heading}`,
    lines,
    notes: [
      ...canaryNote(plan, policy),
      ...kindNotes(plan),
      ...waitingNote(plan, policy),
      ...(facts && facts.offline > 0 ? [[offlineUnknown(facts.offline)]] : []),
      ...(facts?.unjudged ? unjudgedLines(facts.unjudged) : []),
      ...askedNotes(rollout.request?.findings),
      ...(facts?.exceedsWindow && !rollout.request?.because ? [[EXCEEDS_WINDOW]] : []),
    ],
  };
}

const RELAYS: readonly Line[] = [
  [
    "One relay after another. At each turn the owner reads in the thread where to upgrade it. Meanwhile no upgrade of its agents starts.",
  ],
];

/** How long it takes and how many at a time; what deployed when it was asked. */
function paceLines({ request, plan }: Rollout, policy: Policy): readonly Line[] {
  const { slots } = plan.options;
  if (!request?.facts) return [[`At most ${slots} at a time.`]];
  // What Drydock asks again itself keeps the facts of the first request, and these have changed since.
  const deployments = request.because ? [] : askedActivity(request.facts.activity, policy);
  return [[durationWords(request.facts, slots), ...(deployments.length > 0 ? [" ", ...deployments] : [])]];
}

/** `16 of 20 agents`, as its plan says it. */
function ofCandidates(plan: Plan, facts: PlanFacts | undefined): string {
  const n = plan.agents.length;
  const isPlain = !plan.relays && (plan.waiting ?? []).length === 0;
  if (facts?.candidates === undefined || !isPlain) return agentsOf(plan);
  return `${n.toLocaleString("en")} of ${count(facts.candidates, "agent")}`;
}

/** What the asker typed and what changes nothing. */
function withoutEffect(facts: PlanFacts | undefined): readonly Line[] {
  const words = facts?.withoutEffect ?? [];
  const shown = names(
    words.map(({ name }) => name),
    MAX_NAMES,
  );
  return words.length > 0 ? [["Without effect: ", ...shown, "."]] : [];
}

function versionOf({ serverVersion, relays }: Plan): Line {
  if (relays) return [];
  return serverVersion === null ? [" to the server's version"] : [" to ", data(serverVersion)];
}

function requesterOf({ owner, serverUser }: Rollout): Line {
  return [{ person: owner }, " (", data(serverUser.name), ")"];
}

function firstNames({ agents }: Plan, notSelected: number): Line {
  const first = agents.map(({ name }) => name);
  const others = notSelected > 0 ? [`. ${count(notSelected, "other")} not selected.`] : [];
  return [first.length > MAX_NAMES ? "First: " : "Agents: ", ...names(first, MAX_NAMES), ...others];
}

/** What is confirmed before a request that came to nothing is made again. */
export function rerunWords({ id, plan, request }: Rollout): { readonly title: string; readonly text: string } {
  const starts = request?.needed === 0;
  const n = plan.relays?.length ?? everyAgent(plan).length;
  const [them, those] = n === 1 ? ["it", "it if it still needs"] : ["them", "those that still need"];
  const does = starts ? "starts" : "asks for approval of";
  return {
    title: starts ? "Start now?" : "Ask again?",
    text: `${id} had ${count(n, plan.relays ? "relay" : "agent")}. Drydock reads ${them} again, and ${does} ${those} the upgrade.`,
  };
}

function againButton(rollout: Rollout): readonly Button[] {
  const { id, status, renewedAs, request } = rollout;
  const useful = status === "closed" && renewedAs === undefined && request?.closed?.how !== "withdrawn";
  if (!useful) return [];
  return [
    {
      label: request?.needed === 0 ? "Start now" : "Ask again",
      command: "rerun",
      args: [id],
      confirm: {
        ...rerunWords(rollout),
        yes: request?.needed === 0 ? "Start now" : "Ask again",
        no: "Not now",
      },
    },
  ];
}

/** @param isKept whether something keeps it from starting now. */
function headline(rollout: Rollout, policy: Policy, isKept: boolean): string {
  const how = rollout.request?.closed?.how;
  if (how === "denied") return rollout.request?.closed?.by === "drydock" ? "could not start" : "denied";
  if (how) return how;
  if (!isApproved(rollout, policy)) return "asks for approval";
  if (!isScheduled(rollout)) return isKept ? "approved, waits" : "approved, starting";
  return approvalsWanted(rollout, policy) > 0 ? "approved, scheduled" : "scheduled";
}
