import { count } from "../../core/format.ts";
import { type Button, data, type Line, type Part, type View } from "../../core/view.ts";
import type { Policy } from "../../model/policy.ts";
import type { Progress } from "../../model/rollout/progress.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { agentsOf } from "../../phrases/agents-of.ts";
import { progressBar, requestWords, startWords, tally } from "../../phrases/progress-words.ts";
import { openReviewLine, reviewButtons } from "../emergency/emergency-port.ts";
import { offerButtons } from "../handover/handover-port.ts";
import { scheduleButtons } from "../schedule/schedule-port.ts";
import type { AccessNumbers } from "../whoami/whoami-port.ts";
import type { ServerSummary } from "./server-summary.ts";
import { planButton, summaryLines } from "./status-view.ts";

/** A rollout on a person's page. */
export interface HomeRollout {
  readonly rollout: Rollout;
  readonly policy: Policy;
  readonly progress: Progress;
  /** Where its card is; undefined if Slack gives no link. */
  readonly url: string | undefined;
}

export interface HomeServer {
  readonly name: string;
  readonly summary: ServerSummary;
  /** Slots, freezes and what else keeps upgrades from starting. */
  readonly state: readonly Line[];
  /** Who the person is there, and what they may do. */
  readonly access: AccessNumbers;
}

/** One person's page. Everything on it is what this person may view. */
export interface Home {
  /** What only this person, or one of a few, can decide. */
  readonly approvals: readonly HomeRollout[];
  readonly offers: readonly HomeRollout[];
  readonly reviews: readonly HomeRollout[];
  readonly underWay: readonly HomeRollout[];
  readonly scheduled: readonly HomeRollout[];
  /** Worst first. */
  readonly servers: readonly HomeServer[];
}

/** The page itself costs the server no read for each agent. */
const COUNT: Part = { kind: "buttons", buttons: [{ label: "Count my agents", command: "whoami", args: [] }] };

/** The most entries of one list: the others are a command away. */
const MAX_LISTED = 7;

export function homeView(home: Home): View {
  const [first] = home.servers.filter(({ summary }) => summary.kind === "read");
  const plan: Button[] = first
    ? [{ label: "Plan", command: "upgrade-required", args: ["--server", first.name], style: "primary" }]
    : [];
  const waiting = home.approvals.length + home.offers.length + home.reviews.length;
  const parts: readonly Part[] = [
    { kind: "buttons", buttons: [...plan, { label: "Help", command: "help", args: [] }] },
    { kind: "heading", text: "Waiting for you" },
    ...(waiting === 0 ? [text("Nothing waits for you.")] : []),
    ...listed(home.approvals, (one) => [{ kind: "text", lines: approvalLines(one) }, agentsButton(one.rollout)]),
    ...listed(home.offers, (one) => withButtons(offerLine(one), offerButtons(one.rollout))),
    ...listed(home.reviews, ({ rollout, url }) => withButtons(openReviewLine(rollout, url), reviewButtons(rollout))),
    { kind: "heading", text: "Rollouts under way" },
    ...(home.underWay.length === 0 ? [text("No rollout is under way.")] : []),
    ...listed(home.underWay, (one) => [{ kind: "text", lines: underWayLines(one) }]),
    ...(home.scheduled.length > 0 ? [{ kind: "heading" as const, text: "Your scheduled rollouts" }] : []),
    ...listed(home.scheduled, (one) => withButtons(scheduledLine(one), scheduleButtons(one.rollout))),
    { kind: "heading", text: "Servers" },
    ...listed(home.servers, serverParts),
    { kind: "heading", text: "What you may do" },
    { kind: "text", lines: home.servers.map(({ access }) => access.line) },
    ...(home.servers.every(({ access }) => access.isCounted) ? [] : [COUNT]),
  ];
  return {
    key: "home",
    summary: [
      waiting === 0 ? "Nothing waits for you." : `${count(waiting, "decision waits", "decisions wait")} for you.`,
    ],
    parts,
  };
}

function listed<T>(all: readonly T[], draw: (one: T) => readonly Part[]): readonly Part[] {
  const more = all.length - MAX_LISTED;
  return [...all.slice(0, MAX_LISTED).flatMap(draw), ...(more > 0 ? [text(`And ${more} more.`)] : [])];
}

/** Approve is on the card alone, which shows everything that the person decides by. */
function approvalLines({ rollout, url }: HomeRollout): readonly Line[] {
  const { plan, owner, request } = rollout;
  const starts = startWords(rollout);
  return [
    [
      name(rollout, url),
      `: ${agentsOf(rollout.plan)} on ${plan.server}, asked for by `,
      { person: request?.requester.person ?? owner },
      ...(starts ? [", starts ", ...starts, "."] : ["."]),
      ...(url === undefined ? [] : [" ", { label: "Open the request", url }]),
    ],
    ...(plan.options.reason ? [["Reason: ", data(plan.options.reason)]] : []),
  ];
}

function offerLine({ rollout, url }: HomeRollout): Line {
  const { offer, plan } = rollout;
  return [{ person: offer?.by ?? "" }, " offers you ", name(rollout, url), `: ${agentsOf(plan)} on ${plan.server}.`];
}

function underWayLines({ rollout, policy, progress, url }: HomeRollout): readonly Line[] {
  const head = [
    name(rollout, url),
    ": ",
    ...stateOf(rollout, policy),
    ` on ${rollout.plan.server}, by `,
    { person: rollout.owner },
  ];
  if (rollout.status === "requested") return [head];
  return [head, [`${progressBar(progress.percent)} ${progress.percent}%`], [tally(progress)]];
}

function stateOf(rollout: Rollout, policy: Policy): Line {
  if (rollout.status !== "requested") return [rollout.status];
  const starts = startWords(rollout);
  if (starts) return ["scheduled for ", ...starts];
  return [requestWords(rollout, policy)];
}

function scheduledLine({ rollout, url }: HomeRollout): Line {
  return [
    name(rollout, url),
    `: ${agentsOf(rollout.plan)} on ${rollout.plan.server}, starts `,
    ...(startWords(rollout) ?? ["now"]),
    ".",
  ];
}

function serverParts({ name: server, summary, state }: HomeServer): readonly Part[] {
  const lines = [...summaryLines(server, summary), ...state];
  const buttons = summary.kind === "read" && summary.blocked > 0 ? [planButton(server, summary.blocked)] : [];
  return [{ kind: "text", lines }, ...(buttons.length > 0 ? [{ kind: "buttons" as const, buttons }] : [])];
}

function withButtons(line: Line, buttons: readonly Button[]): readonly Part[] {
  return [
    { kind: "text", lines: [line] },
    { kind: "buttons", buttons },
  ];
}

/** Named after its rollout: the page has one for each, and a screen reader lists them without the text above. */
function agentsButton({ id }: Rollout): Part {
  return { kind: "buttons", buttons: [{ label: `Agents of ${id}`, command: "agents", args: [id] }] };
}

function name({ id }: Rollout, url: string | undefined): Line[number] {
  return url === undefined ? { bold: id } : { label: id, url };
}

function text(sentence: string): Part {
  return { kind: "text", lines: [[sentence]] };
}
