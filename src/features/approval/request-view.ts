import { names } from "../../core/format.ts";
import { type Button, data, type Line, type View } from "../../core/view.ts";
import type { Blocked } from "../../gates/gate.ts";
import { phraseOf } from "../../gates/index.ts";
import { agentsOf } from "../../model/plan/agents-of.ts";
import type { Policy } from "../../model/policy.ts";
import { approvalsWanted, isApproved } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { askedNotes } from "../checks/check-words.ts";
import { canaryNote } from "../plan/canary-view.ts";
import { kindNotes } from "../plan/kind-view.ts";
import { toVersion } from "../plan/to-version.ts";
import { waitingNote } from "../plan/waiting-view.ts";
import { plannedRelays } from "../relay-upgrade/relay-words.ts";
import { isScheduled } from "../schedule/decide-schedule.ts";
import { scheduleButtons, startWords } from "../schedule/schedule-view.ts";
import { askingButtons, askingLines, typedLines } from "./asking-view.ts";

/** The card of a rollout that has not started: what is asked, who agreed, and what became of it. */
export function requestCard(
  rollout: Rollout,
  policy: Policy,
  { blocked: [first], waits }: { readonly blocked: readonly Blocked[]; readonly waits: string | undefined },
): View {
  const { plan } = rollout;
  const heading = `${rollout.id}: ${headline(rollout, policy)}`;
  const what = `Upgrade ${agentsOf(plan)} on ${plan.server}`;
  const lines: Line[] = [
    [{ bold: what }, ", asked for by ", { person: rollout.owner }, " (", data(rollout.serverUser.name), ")."],
    ...(plan.relays
      ? plannedRelays(plan)
      : [toVersion(plan.serverVersion ?? undefined), ["First: ", ...names(plan.agents.map((agent) => agent.name))]]),
  ];
  if (plan.options.reason) lines.push(["Reason: ", data(plan.options.reason)]);
  lines.push(...typedLines(rollout));
  const starts = startWords(rollout, policy);
  if (starts) lines.push([`Starts ${starts}, by itself.`]);
  lines.push(...askingLines(rollout, policy));
  if (rollout.status === "requested") {
    const isReady = isApproved(rollout, policy);
    if (first && (isReady || first.gate === "freeze"))
      lines.push([...phraseOf(first), ...(isReady ? [] : [" It can be approved meanwhile."])]);
    else if (waits) lines.push([waits]);
  }
  const { slots } = plan.options;
  const agents = { label: "Agents", command: "agents", args: [rollout.id] };
  return {
    key: "request",
    summary: [`${heading}. ${what}.`],
    parts: [
      { kind: "heading", text: `${rollout.status === "closed" ? "■" : "⏳"} ${heading}` },
      { kind: "text", lines },
      {
        kind: "note",
        lines: [
          [
            plan.relays
              ? "One relay after another. At each turn the owner reads in the thread where to upgrade it. Meanwhile no upgrade of its agents starts."
              : `At most ${slots} at a time.`,
          ],
          ...canaryNote(plan, policy),
          ...kindNotes(plan),
          ...waitingNote(plan, policy),
          ...askedNotes(rollout.request?.findings),
          [`Plan ${rollout.plan.hash.slice(0, 12)}.`],
        ],
      },
      {
        kind: "buttons",
        buttons: [
          ...askingButtons(rollout, policy),
          ...againButton(rollout),
          ...scheduleButtons(rollout),
          ...(plan.relays ? [] : [agents]),
        ],
      },
    ],
  };
}

function againButton({ id, status, renewedAs, plan, request }: Rollout): readonly Button[] {
  const useful = status === "closed" && renewedAs === undefined && request?.closed?.how !== "withdrawn";
  if (!useful) return [];
  return [
    {
      label: request?.needed === 0 ? "Start now" : "Ask again",
      command: "again",
      args: [id],
      confirm: {
        title: request?.needed === 0 ? "Start now?" : "Ask again?",
        text: `The ${agentsOf(plan)} of ${id} are read again, and those that still need the upgrade are ${request?.needed === 0 ? "started" : "asked for"}.`,
        yes: request?.needed === 0 ? "Start now" : "Ask again",
        no: "Not now",
      },
    },
  ];
}

function headline(rollout: Rollout, policy: Policy): string {
  const how = rollout.request?.closed?.how;
  if (how === "denied") return rollout.request?.closed?.by === "drydock" ? "could not start" : "denied";
  if (how) return how;
  if (!isApproved(rollout, policy)) return "asks for approval";
  if (!isScheduled(rollout)) return "approved, starting";
  return approvalsWanted(rollout, policy) > 0 ? "approved, scheduled" : "scheduled";
}
