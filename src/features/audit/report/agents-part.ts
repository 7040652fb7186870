import { count } from "../../../core/format.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import { diagnose } from "../../../model/upgrade/diagnosis.ts";
import { isDone, isFailure } from "../../../model/upgrade/outcome.ts";
import {
  isPutBack,
  isUpgradedOutside,
  phaseOf,
  type Upgrade,
  upgradedBy,
  versionsOf,
} from "../../../model/upgrade/upgrade.ts";
import { diagnosisWords } from "../../../phrases/diagnosis-words.ts";
import { OUTSIDE_WORDS } from "../../../phrases/outcome-words.ts";
import { PHASE_WORDS, turnWords } from "../../../phrases/phase-words.ts";
import { attemptItem } from "./attempt-item.ts";
import type { Collected } from "./collect-report.ts";
import { type Html, html, NOTHING } from "./html.ts";

/** A longer list of agents that are upgraded is folded. */
const MAX_OPEN = 50;

interface AgentRow {
  readonly name: string;
  readonly from: string | null;
  readonly attempts: readonly Upgrade[];
}

type AgentsInput = Pick<Collected, "attempts" | "isEnding" | "streams" | "names">;

/** Every agent of the plan with its attempts: those that are not upgraded come first. */
export function agentsPart(plan: Plan, collected: AgentsInput): Html {
  const { attempts } = collected;
  const rows = plan.agents.map(
    ({ id, name, version }): AgentRow => ({ name, from: version, attempts: attempts.get(id) ?? [] }),
  );
  if (rows.length === 0) return NOTHING;
  const isUpgraded = (row: AgentRow) => isDone(lastOf(row)?.outcome?.kind ?? "unknown");
  const upgraded = rows.filter(isUpgraded);
  const others = rows.filter((row) => !isUpgraded(row));
  return html`<h2>Agents</h2>
${others.length > 0 ? html`<h3>Not upgraded: ${count(others.length, "agent")}</h3>${table(others, collected)}` : NOTHING}
${
  upgraded.length > 0
    ? html`<details${upgraded.length <= MAX_OPEN ? html` open` : NOTHING}><summary>Upgraded: ${count(upgraded.length, "agent")}</summary>${table(upgraded, collected)}</details>`
    : NOTHING
}`;
}

function table(rows: readonly AgentRow[], collected: AgentsInput): Html {
  return html`<table class="agents"><thead><tr><th>Agent</th><th>Result</th><th>Version</th><th>Attempts</th></tr></thead><tbody>
${rows.map((row) => agentRow(row, collected))}</tbody></table>`;
}

function agentRow(row: AgentRow, { isEnding, streams, names }: AgentsInput): Html {
  const { name, from, attempts } = row;
  const last = lastOf(row);
  const before = versionsOf(attempts[0], from).before ?? "unknown";
  const after = versionsOf(last, from).after ?? before;
  const version =
    after === before ? html`<code>${before}</code>` : html`<code>${before}</code> to <code>${after}</code>`;
  return html`<tr><td data-label="Agent"><code>${name}</code></td><td data-label="Result" class="${toneOf(last)}">${resultOf(last, isEnding)}</td><td data-label="Version">${version}</td><td data-label="Attempts"><ol>${attempts.map((attempt) => attemptItem(attempt, streams.get(attempt.id) ?? [], names))}</ol></td></tr>
`;
}

/** What became of the agent: an attempt that waits for its turn again has changed nothing. */
export function lastOf({ attempts }: Pick<AgentRow, "attempts">): Upgrade | undefined {
  return attempts.findLast((attempt) => !isPutBack(attempt));
}

function resultOf(last: Upgrade | undefined, isEnding: boolean): string {
  if (!last) return turnWords(isEnding);
  const { outcome } = last;
  if (!outcome) return PHASE_WORDS[phaseOf(last)];
  if (outcome.kind === "elsewhere") return "upgraded by another person";
  const another = upgradedBy(last);
  if (another !== undefined) return `upgraded by ${another}`;
  if (isDone(outcome.kind)) return isUpgradedOutside(last) ? OUTSIDE_WORDS : "upgraded";
  return isFailure(outcome.kind) ? diagnosisWords(diagnose(outcome.kind, outcome.detail)).title : outcome.kind;
}

function toneOf(last: Upgrade | undefined): string {
  const kind = last?.outcome?.kind;
  if (kind === undefined) return "halt";
  if (isDone(kind)) return "good";
  return isFailure(kind) ? "bad" : "halt";
}
