import { count } from "../../../core/format.ts";
import { timeAfter, timestamp } from "../../../core/moment.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import { diagnose } from "../../../model/upgrade/diagnosis.ts";
import { isDone, isFailure, isNeverAsked } from "../../../model/upgrade/outcome.ts";
import { isPutBack, phaseOf, type Upgrade, upgradedBy, versionsOf } from "../../../model/upgrade/upgrade.ts";
import { causeText } from "../../../phrases/cause-text.ts";
import { diagnosisWords } from "../../../phrases/diagnosis-words.ts";
import { describeOutcome } from "../../../phrases/outcome-words.ts";
import { PHASE_WORDS } from "../../../phrases/phase-words.ts";
import { drawLine, type Names } from "./draw-line.ts";
import { type Html, html, NOTHING } from "./html.ts";

/** A longer list of agents that are upgraded is folded. */
const MAX_OPEN = 50;

interface AgentRow {
  readonly name: string;
  readonly from: string | null;
  readonly attempts: readonly Upgrade[];
}

/** Every agent of the plan with its attempts: those that are not upgraded come first. */
export function agentsPart(plan: Plan, attempts: ReadonlyMap<string, readonly Upgrade[]>, names: Names): Html {
  const rows = plan.agents.map(
    ({ id, name, version }): AgentRow => ({ name, from: version, attempts: attempts.get(id) ?? [] }),
  );
  if (rows.length === 0) return NOTHING;
  const isUpgraded = (row: AgentRow) => isDone(lastOf(row)?.outcome?.kind ?? "unknown");
  const upgraded = rows.filter(isUpgraded);
  const others = rows.filter((row) => !isUpgraded(row));
  return html`<h2>Agents</h2>
${others.length > 0 ? html`<h3>Not upgraded: ${count(others.length, "agent")}</h3>${table(others, names)}` : NOTHING}
${
  upgraded.length > 0
    ? html`<details${upgraded.length <= MAX_OPEN ? html` open` : NOTHING}><summary>Upgraded: ${count(upgraded.length, "agent")}</summary>${table(upgraded, names)}</details>`
    : NOTHING
}`;
}

function table(rows: readonly AgentRow[], names: Names): Html {
  return html`<table class="agents"><thead><tr><th>Agent</th><th>Result</th><th>Version</th><th>Attempts</th></tr></thead><tbody>
${rows.map((row) => agentRow(row, names))}</tbody></table>`;
}

function agentRow(row: AgentRow, names: Names): Html {
  const { name, from, attempts } = row;
  const last = lastOf(row);
  const before = versionsOf(attempts[0], from).before ?? "unknown";
  const after = versionsOf(last, from).after ?? before;
  const version =
    after === before ? html`<code>${before}</code>` : html`<code>${before}</code> to <code>${after}</code>`;
  return html`<tr><td data-label="Agent"><code>${name}</code></td><td data-label="Result" class="${toneOf(last)}">${resultOf(last)}</td><td data-label="Version">${version}</td><td data-label="Attempts"><ol>${attempts.map((attempt) => attemptItem(attempt, names))}</ol></td></tr>
`;
}

/** What became of the agent: an attempt that waits for its turn again has changed nothing. */
function lastOf({ attempts }: AgentRow): Upgrade | undefined {
  return attempts.findLast((attempt) => !isPutBack(attempt));
}

function resultOf(last: Upgrade | undefined): string {
  if (!last) return "not begun";
  const { outcome } = last;
  if (!outcome) return PHASE_WORDS[phaseOf(last)];
  if (outcome.kind === "elsewhere") return "upgraded by another person";
  const another = upgradedBy(last);
  if (another !== undefined) return `upgraded by ${another}`;
  if (isDone(outcome.kind)) return "upgraded";
  return isFailure(outcome.kind) ? diagnosisWords(diagnose(outcome.kind, outcome.detail)).title : outcome.kind;
}

function toneOf(last: Upgrade | undefined): string {
  const kind = last?.outcome?.kind;
  if (kind === undefined) return "halt";
  if (isDone(kind)) return "good";
  return isFailure(kind) ? "bad" : "halt";
}

/** One attempt: when it began, when the agent was away and back, and how it ended. */
function attemptItem(upgrade: Upgrade, names: Names): Html {
  const { attempt, account, intendedAt, awayAt, backSince, outcome, recoveredFrom } = upgrade;
  const timeOf = (at: number) => timeAfter(intendedAt, at);
  const steps = [
    `began ${timestamp(intendedAt)} UTC${account === "owner" ? " with the owner's token" : ""}`,
    ...(awayAt === undefined ? [] : [`offline ${timeOf(awayAt)}`]),
    ...(backSince === undefined ? [] : [`back ${timeOf(backSince)}`]),
    ...(recoveredFrom ? [`counted as failed ${timeOf(recoveredFrom.at)}`] : []),
  ];
  const neverBegan = outcome !== undefined && isNeverAsked(outcome.kind);
  const begun = neverBegan ? "" : `${steps.join(", ")}: `;
  const endedAt = outcome && (neverBegan ? `${timestamp(outcome.at)} UTC` : timeOf(outcome.at));
  const end = outcome ? `${describeOutcome(outcome.kind)} (${endedAt})` : PHASE_WORDS[phaseOf(upgrade)];
  const detail =
    outcome?.detail && !isDone(outcome.kind) ? html`: ${drawLine(causeText(outcome.detail), names)}` : NOTHING;
  return html`<li value="${attempt}">${begun}${end}${detail}</li>`;
}
