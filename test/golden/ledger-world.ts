import { readFileSync } from "node:fs";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import type { Ledger } from "../../src/model/ledger-port.ts";
import type { Policy } from "../../src/model/policy.ts";
import { createWorld, type Given, type World } from "../simulation/run.ts";
import type { SimAgent, SimServer } from "../simulation/server.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ALL = 1_000_000;

/** A key for the tests: it protects nothing. */
export const KEY = Buffer.from("the key of the golden ledger, which is no secret");
export const STATE_FILE = new URL("ledger/world.json", import.meta.url);
export const GOLDEN_LEDGER = new URL("ledger/golden.db", import.meta.url);

/** What the world around the ledger was when the recording ended. */
export interface RecordedState {
  readonly at: number;
  readonly version: string;
  readonly relays: readonly (readonly [string, { readonly up: boolean; readonly version: string }])[];
  readonly agents: readonly SimAgent[];
  readonly gone: readonly string[];
  /** What each rollout was recorded for, by its id. */
  readonly rollouts: Readonly<Record<string, Story>>;
}

/** The states that the ledger holds; each is a rollout of its own. */
export type Story =
  | `${"version" | "rights" | "person" | "breaker" | "canary" | "relay" | "coverage" | "policy"} pause`
  | "one of two approvals"
  | "scheduled start"
  | "open review"
  | "relay in its turn"
  | "zombie"
  | "running";

/** The rules of the server when the recording begins. */
export const RULES = {
  slots: 2,
  approvals: [{ above: 5, count: 2 }],
  approvers: { people: ["U0CAROL", "U0DAVE"], usergroups: [], usergroupPermissions: [], roles: [] },
  approvalExpires: 12 * HOUR,
  approvalCovers: HOUR,
  emergency: true,
  breaker: {
    total: { count: null, share: null, of: 10 },
    cause: { count: 2, share: null, of: 10 },
    relay: { count: null, share: null, of: 10 },
  },
} satisfies Partial<Policy>;

/** The rules from the middle of the recording on. */
export const STRICTER = { ...RULES, reasonRequired: true } satisfies Partial<Policy>;

export function openGoldenLedger(file: string): Ledger {
  return openSqliteLedger({ file, key: KEY });
}

/** The world of the simulation on a SQLite ledger. A lost agent keeps its slot for longer than the test runs. */
export function worldOn(
  ledger: Ledger,
  given: Required<Pick<Given, "begin" | "agents" | "policy" | "prepare">>,
): Promise<World> {
  return createWorld(1, { ...given, ledger, calm: true, deadlines: { zombie: 12 * HOUR, lateWatch: 12 * HOUR } });
}

export function eventsOf(ledger: Ledger, after = 0): Promise<readonly StoredEvent[]> {
  return ledger.since(after, ALL);
}

export function readState(): RecordedState {
  return JSON.parse(readFileSync(STATE_FILE, "utf8")) as RecordedState;
}

export async function pass(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10 * SECOND) await world.step(10 * SECOND);
}

export function setRelay(server: SimServer, id: string, up: boolean, version: string): void {
  server.relays.set(id, { up, version });
}
