import type { Duties, Duty } from "../../core/duties.ts";
import type { Clock, Log, Random } from "../../core/ports.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import { giveBack, join, leave, listen, look, type Replica, type Rows, renew, sayAlive, take } from "./duty-tables.ts";
import { createLeftDuties } from "./left-duties.ts";
import { planBeat } from "./plan-beat.ts";
import { configuredOtherwise, readAddress } from "./replica-address.ts";
import { createTerms } from "./terms.ts";

/** From one beat to the next, in ms: so much, and up to so much more, so that replicas do not beat in step. */
const PAUSE = 500;
const JITTER = 500;
/** After a notice that a duty is free, in ms at the most. */
const SOON = 50;
/** For how long a database that does not answer holds up an end, in ms: as long as for any statement of a beat. */
const GIVE_BACK_TIMEOUT = 2_000;

/** A connection that leads to the database itself: a pooler would hide whose it is. */
export interface BeatConnection extends Rows {
  close(): void;
}

export interface DutyPorts {
  readonly connect: (handlers: { onNotice: () => void; onEnd: () => void }) => Promise<BeatConnection>;
  readonly address: string;
  /** The newest ledger format that this program knows. */
  readonly version: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called if work goes on though its duty has gone. */
  readonly endProcess: (reason: string) => void;
}

/** The duties shared out between replicas, by leases in PostgreSQL that are counted by its clock alone. */
export function createPostgresDuties(ports: DutyPorts): Duties {
  const { clock, random, log } = ports;
  const replica: Replica = { name: random.id(), address: ports.address, version: ports.version };
  const terms = createTerms({ ...ports, onEnded: soon });
  const leftDuties = createLeftDuties(ports);
  let duties: ReadonlyMap<string, Duty> = new Map();
  let connection: BeatConnection | undefined;
  let isLost = false;
  let isOlder = false;
  /** Whether others have another configuration. */
  let isDifferent = false;
  let isClosing = false;
  let isClosed = false;
  let closed: Promise<void> | undefined;
  let beating: Promise<void> | undefined;
  let again = false;
  let cancel = () => {};

  async function connected(): Promise<BeatConnection> {
    if (connection) return connection;
    let made: BeatConnection | undefined;
    /** Without it the others take this replica's duties: it is made anew at once. One that could not be made ends, too. */
    function onEnd(): void {
      if (!made || made !== connection) return;
      drop();
      soon();
    }
    made = await ports.connect({ onNotice: soon, onEnd });
    if (isClosed) made.close();
    else connection = made;
    await listen(made);
    return made;
  }

  function drop(): void {
    const dropped = connection;
    connection = undefined;
    dropped?.close();
  }

  async function beatOnce(): Promise<void> {
    const toRenew = terms.toRenew();
    const asked = clock.monotonic();
    const db = await connected();
    const held = await renew(db, replica.name, toRenew);
    terms.renewed(toRenew, held, asked);
    await giveBack(db, replica.name, terms.names());
    if (isClosing) return await leave(db, replica.name);
    await sayAlive(db, replica);
    await share(db);
  }

  /** Takes what this replica lacks of its share, or gives one back that it has too many. */
  async function share(db: BeatConnection): Promise<void> {
    const { living: replicas, duties: all } = await look(db, [...duties.keys()]);
    compare(replicas.map(({ address }) => address));
    const living = replicas.map(({ version }) => version);
    const free = all.flatMap(({ name, free }) => {
      const duty = duties.get(name);
      return free && duty && terms.mayBegin(duty.name) ? [name] : [];
    });
    const mine = terms.toRenew().map(({ name }) => name);
    const counted = mine.length - leftDuties.kept(mine, living.length);
    const versions = all.map(({ version }) => version);
    const plan = planBeat({ version: replica.version, living, duties: versions, mine: counted, free: free.length });
    if (plan.isOlder && !isOlder)
      log.info({}, "a replica knows a newer ledger format: this one gives its duties back, and takes none any more");
    isOlder = plan.isOlder;
    if (plan.giveBack) terms.endOne();
    const left = leftDuties.left(free);
    if (plan.take > 0) await begin(db, free, plan.take);
    else if (!isOlder && !plan.giveBack && left.length > 0) leftDuties.taken(await begin(db, left, left.length));
  }

  /** One plans and another one upgrades: they are to do it by the same rules. */
  function compare(addresses: readonly string[]): void {
    const others = configuredOtherwise(readAddress(ports.address), addresses);
    if (others.length > 0 && !isDifferent) {
      const hosts = others.map(({ host, pid }) => `${host} ${pid}`);
      log.warn({ replicas: hosts }, "replicas run with another configuration than this one: give all the same");
    }
    isDifferent = others.length > 0;
  }

  /** Takes at most `most` of these duties, and begins the work. Returns which. */
  async function begin(db: BeatConnection, free: readonly string[], most: number): Promise<readonly string[]> {
    const asked = clock.monotonic();
    const taken = await take(db, replica, free, most);
    for (const { name, epoch } of taken) {
      const duty = duties.get(name);
      if (duty && !isClosing) terms.begin(duty, epoch, asked);
    }
    return taken.map(({ name }) => name);
  }

  async function beat(): Promise<void> {
    try {
      await beatOnce();
      if (isLost) log.info({}, "the database answers again");
      isLost = false;
    } catch (error) {
      drop();
      const reason = error instanceof Error ? error.message : "unknown";
      if (!isLost) log.warn({ reason }, "the database did not answer a beat. Drydock tries again");
      isLost = true;
    }
  }

  function beatIn(ms: number): void {
    cancel();
    cancel = clock.after(ms, () => {
      again = false;
      beating = beat().finally(() => {
        beating = undefined;
        if (!isClosing || again) beatIn(again ? 0 : PAUSE + random.fraction() * JITTER);
      });
    });
  }

  /** Something has changed. */
  function soon(): void {
    again = true;
    if (!beating) beatIn(isClosing ? 0 : random.fraction() * SOON);
  }

  return {
    async run(given) {
      duties = new Map(given.map((duty) => [duty.name, duty]));
      await join(await connected(), [...duties.keys()]);
      await beatOnce();
      beatIn(PAUSE + random.fraction() * JITTER);
    },
    close() {
      isClosing = true;
      closed ??= closeOnce();
      return closed;
    },
  };

  async function closeOnce(): Promise<void> {
    if (duties.size === 0) return;
    // What has ended is given back at once, and does not wait for the rest.
    soon();
    await terms.endAll();
    const given = await withTimeout(clock, GIVE_BACK_TIMEOUT, lastBeat());
    isClosed = true;
    if (!given || isLost)
      log.warn({}, "the database did not answer at the end: another replica takes the duties of this one after 5 s");
    drop();
  }

  async function lastBeat(): Promise<true> {
    cancel();
    await beating;
    cancel();
    // It stays set: what this beat gives back comes as a notice, and begins no other beat.
    beating = beat();
    await beating;
    return true;
  }
}
