import { type Button, type Line, type Part, say, type View } from "../../core/view.ts";
import type { Policy } from "../../model/policy.ts";
import type { Progress } from "../../model/rollout/progress.ts";
import { isOver, isReviewOpen, type Rollout } from "../../model/rollout/rollout.ts";
import { requestWords, startWords, tally } from "../../phrases/progress-words.ts";
import { openReviewLine, reviewButtons } from "../emergency/emergency-port.ts";
import { blockedLines } from "../required-notice/required-notice-port.ts";
import type { ServerSummary } from "./server-summary.ts";

/** A rollout in a list. */
export interface ListedRollout {
  readonly rollout: Rollout;
  /** Of its server, as it is now. */
  readonly policy: Policy;
  readonly progress: Progress;
  /** Where its card is; undefined if Slack gives no link. */
  readonly url: string | undefined;
  /** Why it does not begin though its time has come. */
  readonly waits: string | undefined;
}

/** One server, for a person who asks for its status. */
export interface ServerStatusView {
  readonly name: string;
  readonly summary: ServerSummary;
  /** Slots, freezes and what else keeps upgrades from starting; empty for a person whom the server does not know. */
  readonly state: readonly Line[];
  readonly rollouts: readonly ListedRollout[];
}

export function statusView(servers: readonly ServerStatusView[]): View {
  const parts = servers.flatMap(serverParts);
  const [first] = parts;
  const summary = first?.kind === "text" ? first.lines[0] : undefined;
  return parts.length === 0
    ? say("status", "No server is configured.")
    : { key: "status", summary: summary ?? [], parts };
}

function serverParts({ name, summary, state, rollouts }: ServerStatusView): readonly Part[] {
  const lines = [...summaryLines(name, summary), ...state, ...rollouts.flatMap((one) => rolloutLines(one))];
  const buttons = [
    ...(summary.kind === "read" && summary.blocked > 0 ? [planButton(name, summary.blocked)] : []),
    ...rollouts.flatMap(({ rollout }) => reviewButtons(rollout)),
    ...(summary.kind === "unknown" ? [] : [rulesButton(name)]),
  ];
  return [{ kind: "text", lines }, ...(buttons.length > 0 ? [{ kind: "buttons" as const, buttons }] : [])];
}

export function summaryLines(name: string, summary: ServerSummary): readonly Line[] {
  if (summary.kind !== "read") return [[{ bold: name }, ": ", ...summary.why]];
  const { blocked, all, counts, found } = summary;
  if (blocked === 0) return [[{ bold: name }, `: ${counts}`]];
  const [headline = [], ...shares] = blockedLines(blocked, all, found);
  return [[{ bold: name }, ": ", ...headline], ...shares, [counts]];
}

function rolloutLines({ rollout, policy, progress, url, waits }: ListedRollout): readonly Line[] {
  const lines: Line[] = isReviewOpen(rollout) ? [openReviewLine(rollout, url)] : [];
  if (isOver(rollout)) return lines;
  const starts = startWords(rollout);
  const asks = rollout.status === "requested" ? requestWords(rollout, policy) : rollout.status;
  const state: Line = starts ? ["scheduled for ", ...starts] : [asks];
  return [
    ...lines,
    [
      url === undefined ? { bold: rollout.id } : { label: rollout.id, url },
      " (",
      ...state,
      ", ",
      { person: rollout.owner },
      `): ${tally(progress)}`,
      ...(waits ? [` ${waits}`] : []),
    ],
  ];
}

export function planButton(server: string, agents: number): Button {
  const label = agents === 1 ? "Plan it" : `Plan the ${agents.toLocaleString("en")}`;
  return { label, command: "upgrade-required", args: ["--server", server], style: "primary" };
}

function rulesButton(server: string): Button {
  return { label: "Rules", command: "policy", args: [server] };
}
