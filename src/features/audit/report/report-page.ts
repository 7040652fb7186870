import { count } from "../../../core/format.ts";
import { momentText, timeAfter, timestamp } from "../../../core/moment.ts";
import type { Line } from "../../../core/view.ts";
import { describePolicy } from "../../../gates/describe-policy.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import type { Policy } from "../../../model/policy.ts";
import { isDone, isFailure, type Outcome } from "../../../model/upgrade/outcome.ts";
import { isUpgradedOutside } from "../../../model/upgrade/upgrade.ts";
import { groundsOf, VERDICTS, worstOf } from "../audit-words.ts";
import { CLAIM_IDS, CLAIMS, type Claim, type Verdict, verdictOf } from "../checker/claims.ts";
import type { RolloutAudit } from "../checker/replay.ts";
import { agentsPart, lastOf } from "./agents-part.ts";
import type { Collected } from "./collect-report.ts";
import { drawLine, drawPerson, type Names } from "./draw-line.ts";
import { evidenceLines } from "./evidence-lines.ts";
import { type Html, html, NOTHING } from "./html.ts";
import { REPORT_STYLE } from "./report-style.ts";
import { type TimelineItem, timelineOf } from "./timeline.ts";

export interface Report {
  readonly audit: RolloutAudit;
  readonly collected: Collected;
  /** How many rows the ledger has. */
  readonly rows: number;
  /** When the page is made, in ms since 1970, and by which version of Drydock. */
  readonly madeAt: number;
  readonly version: string;
}

const TONES: Readonly<Record<Verdict, string>> = {
  proven: "good",
  finding: "bad",
  "not-recorded": "halt",
  waived: "halt",
  nothing: "soft",
};

/** One rollout as one page that needs nothing else: what happened, who did it, why, and what the audit proves. */
export function reportPage({ audit, collected, rows, madeAt, version }: Report): string {
  const { events, names } = collected;
  const { plan, policy } = newestPlan(collected);
  const worst = worstOf(audit);
  const evidence = evidenceLines(events);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${audit.id}: audit</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<h1>${audit.id}</h1>
<p class="soft">A rollout on <code>${audit.server}</code>, from a ledger of ${count(rows, "row")} whose chain is whole. Drydock ${version} made this page at ${momentText({ at: madeAt })}.</p>
<p class="verdict ${TONES[worst]}">${VERDICTS[worst].word}</p>
${facts(collected, audit, plan)}
<h2>Claims</h2>
<table class="claims"><tbody>
${CLAIM_IDS.map((claim) => claimRow(audit, claim, evidence[claim] ?? [], names))}</tbody></table>
<h2>Timeline</h2>
<ol class="timeline">
${timelineOf(events).map((item) => timelineItem(item, names))}</ol>
${plan ? agentsPart(plan, collected) : NOTHING}
${policy ? policyPart(policy, names) : NOTHING}
</body>
</html>
`.text;
}

/** What was asked for last, with the rules that applied. */
function newestPlan({ events }: Collected): { readonly plan?: Plan; readonly policy?: Policy } {
  let found: { readonly plan?: Plan; readonly policy?: Policy } = {};
  for (const event of events) {
    if (event.type === "rollout.requested" || event.type === "rollout.started")
      found = { plan: event.data.plan, ...(event.data.policy ? { policy: event.data.policy } : {}) };
    else if (event.type === "waiting.returned" && found.plan)
      found = { ...found, plan: { ...found.plan, agents: [...found.plan.agents, ...event.data.agents] } };
  }
  return found;
}

function facts({ events, endedAt, attempts, names }: Collected, audit: RolloutAudit, plan: Plan | undefined): Html {
  const begun = events.find(({ type }) => type === "rollout.started");
  const first = events.find(({ type }) => type === "rollout.requested" || type === "rollout.started");
  // What began without a request may be asked for later: by Drydock, in the name of its owner then.
  const asked = first?.type === "rollout.requested" ? first : undefined;
  const requester = first?.type === "rollout.started" ? first.data.owner : asked?.data.requester;
  const approvers = new Set(events.flatMap((event) => (event.type === "rollout.approved" ? [event.data.by] : [])));
  const reason = plan?.options.reason;
  return html`<dl>
<dt>Requester</dt><dd>${requester === undefined ? "not recorded" : drawPerson(requester, names)}</dd>
<dt>Approvers</dt><dd>${approvers.size === 0 ? "none" : listed([...approvers].map((person) => drawPerson(person, names)))}</dd>
<dt>Owner at the end</dt><dd>${drawPerson(audit.owner, names)}</dd>
<dt>Reason</dt><dd>${reason ? html`<code>${reason}</code>` : "none given"}</dd>
${asked ? html`<dt>Asked for</dt><dd>${timestamp(asked.at)} UTC</dd>` : NOTHING}
<dt>Began</dt><dd>${begun ? `${timestamp(begun.at)} UTC` : "not begun"}</dd>
<dt>Ended</dt><dd>${endedAt === undefined ? "not over" : `${timestamp(endedAt)} UTC`}</dd>
${plan && plan.agents.length > 0 ? html`<dt>Result</dt><dd>${resultWords(plan, attempts)}</dd>` : NOTHING}
</dl>`;
}

/** `13 of 14 upgraded, 2 of them outside this rollout, 1 failed`. */
function resultWords({ agents }: Plan, attempts: Collected["attempts"]): string {
  const ends = agents.flatMap(({ id }) => lastOf({ attempts: attempts.get(id) ?? [] }) ?? []);
  const number = (is: (outcome: Outcome) => boolean) =>
    ends.filter(({ outcome }) => outcome && is(outcome.kind)).length;
  const outside = ends.filter(isUpgradedOutside).length;
  const parts = [
    `${number(isDone)} of ${agents.length} upgraded`,
    ...(outside > 0 ? [`${outside} of them outside this rollout`] : []),
    ...(number(isFailure) > 0 ? [`${number(isFailure)} failed`] : []),
  ];
  return parts.join(", ");
}

function listed(items: readonly Html[]): readonly Html[] {
  return items.flatMap((item, i) => (i === 0 ? [item] : [html`, `, item]));
}

function claimRow({ claims }: RolloutAudit, claim: Claim, evidence: readonly Line[], names: Names): Html {
  const result = claims[claim];
  const { proven, longest } = result;
  const verdict = verdictOf(result);
  // Who was read, and how long before, is in the evidence.
  const shown = longest?.of === "reading" && evidence.length > 0 ? { ...result, longest: undefined } : result;
  const checked = proven > 0 ? [[`Proven at ${count(proven, "event")}.`], ...evidence] : evidence;
  return html`<tr><td class="${TONES[verdict]}">${VERDICTS[verdict].word}</td><td>${CLAIMS[claim]}${listOf(groundsOf(shown), names)}${listOf(checked, names, "soft")}</td></tr>
`;
}

function listOf(lines: readonly Line[], names: Names, tone = ""): Html {
  return lines.length === 0
    ? NOTHING
    : html`<ul class="${tone}">${lines.map((line) => html`<li>${drawLine(line, names)}</li>`)}</ul>`;
}

function timelineItem({ at, until, rows: [first, last], who, what, why, tone }: TimelineItem, names: Names): Html {
  const time = `${timestamp(at)}${until === at ? "" : ` to ${timeAfter(at, until)}`} UTC`;
  const place = first === last ? `row ${first}` : `rows ${first} to ${last}`;
  return html`<li class="${tone}"><div>${time}<br><small>${place}</small></div><div>${drawPerson(who, names)} ${drawLine(what, names)}${why.map((line) => html`<br><span class="why">${drawLine(line, names)}</span>`)}</div></li>
`;
}

function policyPart(policy: Policy, names: Names): Html {
  return html`<details><summary>The policy when it was asked for or started last</summary><ul>${describePolicy(policy).map((line) => html`<li>${drawLine(line, names)}</li>`)}</ul></details>`;
}
