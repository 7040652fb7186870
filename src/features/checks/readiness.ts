import type { Level, Sentence } from "../../core/finding.ts";
import { adviceOf, blockedAt } from "../../gates/index.ts";
import type { ServerSituation } from "../../gates/server-situation.ts";
import type { WordedFinding } from "../../phrases/finding-text.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { type Slots, slotWords } from "../../servers/server-status.ts";
import { activityFindings } from "./activity-findings.ts";
import type { ServerReadings } from "./server-readings.ts";

export interface ReadinessPorts {
  /** The server as the gates judge it now. */
  situation(server: ManagedServer): ServerSituation;
  /** How its slots are used now. */
  slots(server: ManagedServer): Slots;
}

/** Whether a rollout could begin now: what the server's gates say, its slots, and what it is busy with. */
export function readinessFindings(
  server: ManagedServer,
  readings: ServerReadings,
  ports: ReadinessPorts,
): readonly WordedFinding[] {
  const found = [
    ...gateFindings(server, readings, ports),
    ...busyFindings(server, readings),
    ...slotFindings(server, ports),
  ];
  const stands = found.some(({ level }) => level === "stop" || level === "warn");
  return stands ? found : [...found, of("fine", ["Upgrades may begin now, by the rules of this server."], [])];
}

function of(level: Level, sentence: Sentence, todo: Sentence): WordedFinding {
  return { topic: "preflight", level, sentence, todo };
}

function gateFindings(
  server: ManagedServer,
  { settings }: ServerReadings,
  ports: ReadinessPorts,
): readonly WordedFinding[] {
  const { policy } = server;
  // Read just now, while the monitor reads it only where something waits for it. What runs is told by itself.
  const maintenance = { kind: "known", value: settings?.maintenance } as const;
  return blockedAt("dispatch", "server", { ...ports.situation(server), maintenance }, policy)
    .filter(({ gate }) => gate !== "deployments" || policy.whenBusy === "require_maintenance")
    .map((blocked) => {
      const { sentence, todo = PASSES } = adviceOf(blocked, policy);
      return of(blocked.gate === "window" ? "warn" : "stop", sentence, todo);
    });
}

const PASSES = ["Nothing to do."];

/** Agent upgrades are not listed among what the maintenance mode blocks. Source: docs/urbancode-deploy.md, "System settings and maintenance mode". */
function busyFindings(
  { policy }: ManagedServer,
  { settings, activity, agents }: ServerReadings,
): readonly WordedFinding[] {
  const found: WordedFinding[] = [];
  if (settings?.maintenance === true)
    found.push(
      of("fine", ["The server is in maintenance mode: it starts no new processes. It does not block upgrades."], []),
    );
  return [...found, ...activityFindings(policy, agents, activity)];
}

function slotFindings(server: ManagedServer, ports: ReadinessPorts): readonly WordedFinding[] {
  const { watched, answers } = ports.situation(server);
  if (!watched || !answers) return [];
  const slots = ports.slots(server);
  const inUse = `Slots in use: ${slotWords(slots)}.`;
  if (slots.open - slots.ours - slots.external <= 0)
    return [
      of(
        "warn",
        [inUse, " None is free now."],
        ["Nothing to do: slots become free as upgrades end. See ", { say: "status" }, "."],
      ),
    ];
  if (slots.open < slots.of)
    return [of("note", [inUse], ["Nothing to do: more slots open while the server answers without errors."])];
  return [of("fine", [inUse], [])];
}
