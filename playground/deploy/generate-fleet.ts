import { type AgentSeed, OLD } from "./fleet.ts";
import type { AgentTeam } from "./people.ts";
import { createRng } from "./rng.ts";
import { FAULTS } from "./upgrade-life.ts";

const NAMES = ["web", "api", "db-prod", "batch", "edge", "build"];
const OLDER = "4.8.4.2.512000";

/** Agents with names, teams and statuses such as a real fleet has; most of them want an upgrade. */
export function generateFleet(options: {
  readonly agents: number;
  readonly seed: number;
  readonly faults: number;
  readonly target: string;
}): readonly AgentSeed[] {
  const random = createRng(options.seed);
  return Array.from({ length: options.agents }, (_, i): AgentSeed => {
    const kind = NAMES[Math.floor(random() * NAMES.length)] ?? "web";
    const dice = random();
    const team: AgentTeam =
      kind === "web" || kind === "api" || kind === "edge"
        ? { teamId: "t-web", teamLabel: "Web" }
        : { teamId: "t-data", teamLabel: "Data" };
    const state =
      dice < 0.55
        ? { status: "UPGRADE_REQUIRED", version: dice < 0.05 ? OLDER : OLD }
        : dice < 0.85
          ? { status: "UPGRADE_RECOMMND", version: OLD }
          : { status: statusOf(dice), version: dice < 0.93 ? options.target : OLD };
    const fault = random() < options.faults ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
    return {
      name: `${kind}-${String(i + 1).padStart(3, "0")}`,
      ...state,
      tags: random() < 0.1 ? ["pci"] : [],
      relayId: `relay-${1 + (i % 3)}`,
      teams: [team],
      ...(fault ? { fault } : {}),
    };
  });
}

function statusOf(dice: number): string | null {
  if (dice < 0.93) return "ONLINE";
  if (dice < 0.98) return "OFFLINE";
  if (dice < 0.985) return "ERROR";
  return dice < 0.99 ? "CONNECTING" : null;
}
