import { type AgentStatus, isConnected } from "../../../core/agent.ts";
import { timeAfter, timestamp } from "../../../core/moment.ts";
import type { StoredEvent } from "../../../model/events.ts";
import { isDone, isNeverAsked } from "../../../model/upgrade/outcome.ts";
import { isChanged, isPutBack, phaseOf, type Upgrade } from "../../../model/upgrade/upgrade.ts";
import { causeText } from "../../../phrases/cause-text.ts";
import { describeOutcome } from "../../../phrases/outcome-words.ts";
import { PHASE_WORDS } from "../../../phrases/phase-words.ts";
import { drawLine, type Names } from "./draw-line.ts";
import { type Html, html, NOTHING } from "./html.ts";

/** One attempt: when it began, what was seen of the agent, what the server answered if that was unclear, and how it ended. */
export function attemptItem(upgrade: Upgrade, events: readonly StoredEvent[], names: Names): Html {
  const { attempt, intendedAt, outcome } = upgrade;
  const neverBegan = outcome !== undefined && isNeverAsked(outcome.kind);
  const ends = events.findLastIndex(({ type }) => type === "upgrade.outcome" || type === "upgrade.corrected");
  const steps = neverBegan ? [] : stepsOf(upgrade, events, ends);
  const before = steps.filter(({ i }) => ends < 0 || i < ends);
  const after = steps.filter(({ i }) => ends >= 0 && i > ends);
  const endedAt = outcome && (neverBegan ? `${timestamp(outcome.at)} UTC` : timeAfter(intendedAt, outcome.at));
  const open = isPutBack(upgrade) ? "waits for its turn again" : PHASE_WORDS[phaseOf(upgrade)];
  const end = outcome ? `${describeOutcome(outcome.kind)} (${endedAt})` : open;
  const detail =
    outcome?.detail && !isDone(outcome.kind) ? html`: ${drawLine(causeText(outcome.detail), names)}` : NOTHING;
  const begun = before.length > 0 ? html`${listed(before)}: ` : NOTHING;
  const late = after.length > 0 ? html`; then ${listed(after)}` : NOTHING;
  return html`<li value="${attempt}">${begun}${end}${detail}${late}</li>`;
}

interface Step {
  /** Its event's place in the stream. */
  readonly i: number;
  readonly text: Html;
}

function listed(steps: readonly Step[]): readonly Html[] {
  return steps.flatMap(({ text }, i) => (i === 0 ? [text] : [html`, `, text]));
}

/** @param ends the place of the last event that says how the attempt ended. */
function stepsOf({ intendedAt, from }: Upgrade, events: readonly StoredEvent[], ends: number): readonly Step[] {
  const steps: Step[] = [];
  let [shown, isAway, isBack]: [AgentStatus | undefined, boolean, boolean] = [undefined, false, false];
  for (const [i, event] of events.entries()) {
    const time = timeAfter(intendedAt, event.at);
    const add = (text: Html | string) => steps.push({ i, text: html`${text}` });
    if (event.type === "upgrade.intended") {
      const token = event.data.account === "owner" ? " with the owner's token" : "";
      add(`${i === 0 ? "began" : "began again"} ${timestamp(event.at)} UTC${token}`);
    } else if (event.type === "upgrade.uncertain") add(html`no clear answer ${time}: <code>${event.data.text}</code>`);
    else if (event.type === "upgrade.postponed") add(html`put off ${time}: <code>${event.data.text}</code>`);
    else if (event.type === "upgrade.extended") {
      // After the end it says only how long Drydock still looks.
      if (ends < 0 || i < ends) add(`deadline extended after a restart ${time}`);
    } else if ((event.type === "upgrade.outcome" || event.type === "upgrade.corrected") && i < ends)
      add(`counted as ${isDone(event.data.outcome) ? "upgraded" : "not upgraded"} ${time}`);
    else if (event.type === "upgrade.observed") {
      const { status, version } = event.data;
      if (!isConnected(status)) {
        if (status !== shown) add(`${AWAY[status] ?? status} ${time}`);
        [isAway, isBack] = [true, false];
      } else if (!isBack && (isAway || isChanged(from, version))) {
        add(`back ${time}`);
        [isAway, isBack] = [false, true];
      }
      shown = status;
    }
  }
  return steps;
}

/** How an agent is shown that is not connected. */
const AWAY: Partial<Readonly<Record<AgentStatus, string>>> = {
  error: "in error",
  gone: "not listed by the server",
  unknown: "in an unknown status",
};
