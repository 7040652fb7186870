import { count } from "../core/format.ts";
import { everyAgent, type Plan } from "../model/plan/plan.ts";
import { darkOf } from "../model/relay/relay-plan.ts";

/** What is confirmed before anything begins: who goes offline, how many at a time, and that no one can undo it. */
export function offlineWords(plan: Plan): string {
  if (plan.relays) return relayWords(plan, plan.relays.length);
  const n = everyAgent(plan).length;
  const { slots } = plan.options;
  if (n === 1) return `1 agent on ${plan.server} goes offline and restarts with the new version. ${FOR_GOOD}`;
  const who =
    n <= slots
      ? `${count(n, "agent")} on ${plan.server} go offline and restart`
      : slots === 1
        ? `${count(n, "agent")} on ${plan.server} go offline one after another and restart`
        : `Up to ${slots} of these ${count(n, "agent")} on ${plan.server} at a time go offline and restart`;
  const waiting = plan.waiting?.length ?? 0;
  const also =
    waiting > 0 ? ` ${waiting.toLocaleString("en")} of them ${waiting === 1 ? "is" : "are"} offline now.` : "";
  return `${who} with the new version.${also} ${FOR_GOOD}`;
}

const FOR_GOOD = "This cannot be undone.";

function relayWords(plan: Plan, relays: number): string {
  const dark = darkOf(plan);
  const what =
    relays === 1
      ? `1 relay on ${plan.server}: Drydock asks you to upgrade it.`
      : `${count(relays, "relay")} on ${plan.server}: Drydock asks you to upgrade one after another.`;
  return dark === 0 ? what : `${what} ${count(dark, "agent goes", "agents go")} offline meanwhile.`;
}
