import type { Moment } from "../core/jump-between.ts";
import { jumpBetween } from "../core/jump-between.ts";
import type { Clock } from "../core/ports.ts";
import type { OwnToken } from "../model/person/own-token.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Authorize } from "../people/authorize.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

type Owner = Awaited<ReturnType<Authorize["asOwner"]>>;

/** For how long one reading serves the upgrades that begin, in ms: of its ten seconds the rest is for what is still asked before a request. */
const SHARED = 7_000;

/** Reads who a rollout's owner is and what they may do, once for all upgrades that begin within a few seconds. */
export interface OwnerReadings {
  /** Throws UserError and ServerError, and SlackError never. `readAt`: all of it is from then or later. */
  of(server: ManagedServer, rollout: Rollout): Promise<{ readonly owner: Owner; readonly readAt: Moment }>;
}

interface Reading {
  readonly owner: string;
  /** With another one than now, the connections of this reading are closed or soon will be. */
  readonly token: OwnToken | undefined;
  readonly readAt: Moment;
  readonly read: Promise<Owner>;
}

export function createOwnerReadings({
  authorize,
  projections,
  clock,
}: {
  readonly authorize: Pick<Authorize, "asOwner">;
  readonly projections: Pick<Projections, "token">;
  readonly clock: Clock;
}): OwnerReadings {
  const readings = new Map<string, Reading>();
  const moment = () => ({ wall: clock.now(), monotonic: clock.monotonic() });

  async function read(server: ManagedServer, rollout: Rollout): Promise<Owner> {
    const owner = await authorize.asOwner(server, rollout, "may-be-away");
    // Their rights are read with them, so that they are no older.
    if (!("otherUser" in owner)) await owner.grants();
    return owner;
  }

  function begin(server: ManagedServer, rollout: Rollout): Reading {
    const token = projections.token(rollout.owner, server.name);
    const reading = { owner: rollout.owner, token, readAt: moment(), read: read(server, rollout) };
    readings.set(rollout.id, reading);
    // A failure, and a person who is no longer the owner, is read again by whoever asks next.
    reading.read.then(
      (owner) => "otherUser" in owner && forget(rollout.id, reading),
      () => forget(rollout.id, reading),
    );
    return reading;
  }

  function forget(id: string, reading: Reading): void {
    if (readings.get(id) === reading) readings.delete(id);
  }

  function isFresh({ readAt }: Reading): boolean {
    const now = moment();
    return now.monotonic - readAt.monotonic < SHARED && jumpBetween(readAt, now) === 0;
  }

  return {
    async of(server, rollout) {
      for (const [id, reading] of readings) if (!isFresh(reading)) readings.delete(id);
      const known = readings.get(rollout.id);
      const isSame = known?.owner === rollout.owner && known.token === projections.token(rollout.owner, server.name);
      const reading = isSame ? known : begin(server, rollout);
      return { owner: await reading.read, readAt: reading.readAt };
    },
  };
}
