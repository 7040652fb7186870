import type { Agent } from "../../core/agent.ts";
import type { Level } from "../../core/finding.ts";
import { count } from "../../core/format.ts";
import { countedWords, troubleWords } from "../../gates/deployment-words.ts";
import type { Activity } from "../../model/deploy-server.ts";
import { ignoresUnread, type Policy, waitsForAgent } from "../../model/policy.ts";
import { unnamedWords } from "../../phrases/activity-words.ts";
import type { WordedFinding } from "../../phrases/finding-text.ts";
import { isBusy } from "../../servers/fleet.ts";

/** What runs on the server now, and what the server's rules cannot do about it. */
export function activityFindings(
  policy: Policy,
  agents: readonly Agent[],
  activity: Activity | undefined,
): readonly WordedFinding[] {
  const { server, whenBusy } = policy;
  const stops = whenBusy === "wait_until_zero";
  const waits = waitsForAgent(policy);
  if (activity === undefined || activity.kind === "trouble") {
    const words = activity
      ? troubleWords(server, activity.error.fault, activity.error.status)
      : `${server} did not report in time what runs there.`;
    const level = stops ? "stop" : waits ? "warn" : "note";
    const isIgnored = activity !== undefined && ignoresUnread(policy, activity.error.fault);
    const then = isIgnored ? CANNOT : " Drydock waits for that before it upgrades.";
    return [of(level, [words, ...(stops || waits ? [then] : [])], RIGHTS)];
  }
  const counted = countedWords(server, activity.kind === "known" ? activity.running : undefined);
  if (activity.kind === "not-reported")
    return [of(stops ? "stop" : waits ? "warn" : "note", [counted, ...(waits ? [CANNOT] : [])], LOOK)];
  if (activity.running === 0) return [];
  const busy = agents.filter((agent) => isBusy(activity, agent));
  const named = busy.length > 0 ? ` ${count(busy.length, "agent deploys", "agents deploy")} right now.` : "";
  const rule = stops ? " Its rules start no upgrade while a deployment runs." : "";
  const isLeftAlone = waits && busy.length > 0;
  const running = of(stops ? "stop" : "note", [`${counted}${named}${rule}`], isLeftAlone ? LEFT_ALONE : WAIT);
  const unnamed = waits ? unnamedWords(activity) : undefined;
  return [
    busy.length > 0 ? { ...running, agents: busy } : running,
    ...(unnamed === undefined ? [] : [of("warn", [unnamed, CANNOT], WAIT)]),
  ];
}

const CANNOT = " Drydock can leave an agent alone only if the server names it.";
const LEFT_ALONE = ["Nothing to do: Drydock upgrades them when their deployments end."];
const WAIT = ["Wait for them, or have the server put into maintenance mode."];
const LOOK = ["Check there that nothing important runs: agents go offline while they upgrade."];
const RIGHTS = ["See on the server whether Drydock's account may view what runs."];

function of(level: Level, sentence: WordedFinding["sentence"], todo: WordedFinding["todo"]): WordedFinding {
  return { topic: "preflight", level, sentence, todo };
}
