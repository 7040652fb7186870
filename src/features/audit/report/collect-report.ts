import type { StoredEvent } from "../../../model/events.ts";
import { LEDGER_STREAM } from "../../../model/ledger-events.ts";
import { evolveRollout } from "../../../model/rollout/evolve-rollout.ts";
import { beginsNoMore, isOver, type Rollout } from "../../../model/rollout/rollout.ts";
import { evolveUpgrade } from "../../../model/upgrade/evolve-upgrade.ts";
import type { Upgrade } from "../../../model/upgrade/upgrade.ts";
import { isArchived, type VerifiedLedger } from "../../../model/verified-ledger.ts";
import { isOf } from "../export-rows.ts";
import type { Names } from "./draw-line.ts";
import { type Lasting, lastingAfter, lastingAt, serverEntry } from "./server-entry.ts";

/** Everything that the ledger holds of one rollout. */
export interface Collected {
  /** Its own events and its upgrades', and what held or happened on its server meanwhile, in the ledger's order. */
  readonly events: readonly StoredEvent[];
  /** When it ended, or when a request that never started was closed; undefined while it is not over. */
  readonly endedAt: number | undefined;
  /** Whether it begins no more upgrades. */
  readonly isEnding: boolean;
  /** Every attempt, by agent. */
  readonly attempts: ReadonlyMap<string, readonly Upgrade[]>;
  /** The events of every attempt, by its id. */
  readonly streams: ReadonlyMap<string, readonly StoredEvent[]>;
  readonly names: Names;
}

/** Reads one rollout out of a ledger of any size; undefined if there is none with this id. */
export function collectReport(ledger: VerifiedLedger, id: string): Collected | undefined {
  const events: StoredEvent[] = [];
  const upgrades = new Map<string, Upgrade>();
  const streams = new Map<string, StoredEvent[]>();
  const pins: { readonly server: string; readonly person: string; readonly name: string }[] = [];
  /** By stream, until the rollout is asked for. */
  const lasting = new Map<string, Lasting>();
  let rollout: Rollout | undefined;
  let endedAt: number | undefined;
  for (const row of ledger.events()) {
    if (isArchived(row)) continue;
    // A person may be another user on another server, or later.
    if (row.type === "identity.pinned" && endedAt === undefined)
      pins.push({ server: row.data.server, person: row.stream.slice("person.".length), name: row.data.user.name });
    const isMeanwhile = rollout !== undefined && endedAt === undefined;
    const isAround = row.stream === `server.${rollout?.plan.server}` || row.stream === LEDGER_STREAM;
    if (isMeanwhile && isAround && serverEntry(row)) events.push(row);
    if (!rollout && row.stream.startsWith("server."))
      lasting.set(row.stream, lastingAfter(lasting.get(row.stream) ?? new Map(), row));
    if (!isOf(row, id)) continue;
    if (!rollout && (row.type === "rollout.requested" || row.type === "rollout.started"))
      events.push(...lastingAt(lasting.get(`server.${row.data.plan.server}`) ?? new Map(), row.at));
    events.push(row);
    if (!row.stream.startsWith("upgrade.")) {
      rollout = evolveRollout(rollout, row);
      if (rollout && isOver(rollout)) endedAt ??= row.at;
      continue;
    }
    const upgrade = evolveUpgrade(upgrades.get(row.stream), row);
    if (!upgrade) continue;
    upgrades.set(row.stream, upgrade);
    const stream = streams.get(upgrade.id);
    if (stream) stream.push(row);
    else streams.set(upgrade.id, [row]);
  }
  if (!rollout) return undefined;
  const { server } = rollout.plan;
  const names = new Map(pins.flatMap((pin) => (pin.server === server ? [[pin.person, pin.name] as const] : [])));
  for (const event of events) for (const [person, name] of namesIn(event)) names.set(person, name);
  const attempts = new Map<string, Upgrade[]>();
  for (const upgrade of upgrades.values())
    attempts.set(upgrade.agent.id, [...(attempts.get(upgrade.agent.id) ?? []), upgrade]);
  return { events, endedAt, isEnding: beginsNoMore(rollout) || isOver(rollout), attempts, streams, names };
}

/** What events about one person say of their name on the server. */
function namesIn({ data }: StoredEvent): readonly (readonly [string, string])[] {
  if (!("serverUser" in data)) return [];
  const person = "by" in data ? data.by : "owner" in data ? data.owner : data.requester;
  return [[person, data.serverUser.name]];
}
