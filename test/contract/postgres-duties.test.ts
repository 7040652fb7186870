import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { DutyName, Term } from "../../src/core/duties.ts";
import { DutyLost } from "../../src/model/ledger-port.ts";
import { systemClock } from "../../src/system.ts";
import { connectTo, dutyPlace, fastClock, openReplica, type TestReplica, writeUnder } from "../support/duty-place.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { openReplica as openLedgerOf } from "../support/postgres-ledger.ts";
import { until as untilHere } from "../support/time.ts";
import { aDuty, dutiesContract } from "./duties.contract.ts";
import { anEvent } from "./ledger.contract.ts";

const postgres = usePostgres();
const until = (what: string, look: () => boolean) => untilHere(what, look, 60_000);
const opened: TestReplica[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await Promise.all(opened.splice(0).map(({ duties }) => duties.close()));
});

function replica(...given: Parameters<typeof openReplica>): TestReplica {
  const made = openReplica(...given);
  opened.push(made);
  return made;
}

async function untilIn(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const end = systemClock.monotonic() + 60_000; !(await look()); await delay(30))
    if (systemClock.monotonic() > end) throw new Error(`Waited for a minute in vain: ${what}`);
}

const NAMES: readonly DutyName[] = ["slack", ...Array.from({ length: 20 }, (_, i): DutyName => `server:s${i}`)];

describe("on PostgreSQL", () => {
  dutiesContract("of replicas", async (log) => openReplica(await dutyPlace(postgres), { log }).duties);

  async function holders(url: string): Promise<readonly { holder: string; held: number }[]> {
    const rows = await postgres.sql(
      "SELECT holder, count(*)::int AS held FROM duty WHERE holder IS NOT NULL GROUP BY holder ORDER BY held",
      url,
    );
    return rows as unknown as readonly { holder: string; held: number }[];
  }

  async function untilHeld(url: string, counts: readonly number[]): Promise<void> {
    for (let shown = ""; shown !== counts.join(); ) shown = (await holders(url)).map(({ held }) => held).join();
  }

  test("21 duties are spread over three replicas, and over two once one has closed", async () => {
    const url = await dutyPlace(postgres);
    const clock = fastClock(5);
    const replicas = Array.from({ length: 3 }, () => replica(url, { clock }));
    const working = replicas.map(() => new Set<string>());
    await Promise.all(
      replicas.map(({ duties }, i) =>
        duties.run(
          NAMES.map((name) => ({
            name,
            round: 5_000,
            async work({ signal }) {
              working[i]?.add(name);
              await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
              working[i]?.delete(name);
            },
          })),
        ),
      ),
    );
    await untilHeld(url, [7, 7, 7]);
    await until("each works at its seven", () => working.every(({ size }) => size === 7));
    expect(new Set(working.flatMap((names) => [...names])).size).toBe(21);
    await replicas[0]?.duties.close();
    await untilHeld(url, [10, 11]);
    expect(working[0]?.size).toBe(0);
  });

  test("what a replica had that was cut off goes to another one, and ends there; its own turns are refused", async () => {
    const url = await dutyPlace(postgres);
    const events: string[] = [];
    const terms: Term[] = [];
    // Its 4 s without an answer take one.
    const [first, second] = [replica(url, { clock: fastClock(4) }), replica(url)];
    await first.duties.run([aDuty("server:prod", events, { terms })]);
    await until("the first works", () => terms.length === 1);
    await second.duties.run([aDuty("server:prod", events, { terms })]);
    const cutAt = systemClock.monotonic();
    const mend = first.cut();
    await until("the second works", () => terms.length === 2);
    expect(systemClock.monotonic() - cutAt).toBeLessThan(5_000);
    expect(terms.map(({ epoch }) => epoch)).toEqual([1, 2]);
    const db = await connectTo(url, { onNotice: () => {}, onEnd: () => {} });
    const [before, now] = terms as [Term, Term];
    expect(await writeUnder(db, before, "first")).toBe(false);
    expect(await writeUnder(db, now, "second")).toBe(true);
    await until("the first has ended its term", () => before.signal.aborted);
    expect(systemClock.monotonic() - cutAt).toBeLessThan(10_000);
    mend();
    expect(first.log.said.join("\n")).toContain("no-answer");
    expect(now.signal.aborted).toBe(false);
    db.close();
  });

  test("a connection that the database ended is made anew, and the duty stays or goes as a whole", async () => {
    const url = await dutyPlace(postgres);
    const events: string[] = [];
    const terms: Term[] = [];
    const only = replica(url);
    await only.duties.run([aDuty("slack", events, { terms })]);
    await until("it works", () => terms.length === 1);
    const pid = async () => (await postgres.sql("SELECT pid FROM duty", url))[0]?.pid;
    const before = await pid();
    await postgres.sql("SELECT pg_terminate_backend(pid) FROM duty", url);
    await untilIn("there is another connection", async () => (await pid()) !== before);
    expect(terms.filter(({ signal }) => !signal.aborted)).toHaveLength(1);
    expect(only.ends).toEqual([]);
  });

  test("a replica whose clocks are 6 s ahead takes nothing from others", async () => {
    const url = await dutyPlace(postgres);
    const events: string[] = [];
    const ahead = {
      ...systemClock,
      now: () => systemClock.now() + 6_000,
      monotonic: () => systemClock.monotonic() + 6_000,
    };
    const [first, second] = [replica(url), replica(url, { clock: ahead })];
    await first.duties.run([aDuty("server:prod", events)]);
    await until("the first works", () => events.length === 1);
    await second.duties.run([aDuty("server:prod", events)]);
    const oldest = async () => {
      const [row] = await postgres.sql("SELECT extract(epoch FROM min(until)) * 1000 AS ms FROM replica", url);
      return Number(row?.ms);
    };
    const begin = await oldest();
    await untilIn("both have beaten again and again", async () => (await oldest()) > begin + 1_000);
    expect(events).toEqual(["server:prod begins"]);
  });

  test("a replica with an older ledger format stands by, also when the newer one has ended", async () => {
    const url = await dutyPlace(postgres);
    const [old, newer]: [string[], string[]] = [[], []];
    const first = replica(url, { version: 1 });
    const second = replica(url, { version: 2 });
    await first.duties.run([aDuty("slack", old), aDuty("server:prod", old)]);
    await until("the first works", () => old.length === 2);
    await second.duties.run([aDuty("slack", newer), aDuty("server:prod", newer)]);
    await until("the second works", () => newer.length === 2);
    expect(old).toHaveLength(4);
    await second.duties.close();
    const third = replica(url, { version: 1 });
    await third.duties.run([aDuty("slack", old), aDuty("server:prod", old)]);
    expect(await holders(url)).toEqual([]);
    expect(old).toHaveLength(4);
    const saying = ({ log }: TestReplica) => log.said.filter((line) => line.includes("a newer ledger format")).length;
    expect([first, second, third].map(saying)).toEqual([1, 0, 1]);
  });

  test("a duty that no other replica can take is not left for a fair share", async () => {
    const url = await dutyPlace(postgres);
    const clock = fastClock(5);
    const [mine, others]: [string[], string[]] = [[], []];
    const updated = replica(url, { clock });
    await updated.duties.run([aDuty("slack", mine), aDuty("server:prod", mine), aDuty("server:new", mine)]);
    await until("the updated one does everything", () => mine.length === 3);
    await replica(url, { clock }).duties.run([aDuty("slack", others), aDuty("server:prod", others)]);
    await until("it offers one", () => mine.includes("server:new ends"));
    await until("it takes it back", () => mine.filter((event) => event === "server:new begins").length === 2);
    await replica(url, { clock }).duties.run([aDuty("slack", others), aDuty("server:new", others)]);
    await until("it offers it again to one more replica, which can take it", () =>
      others.includes("server:new begins"),
    );
  });

  test("the ledger makes the tables, and refuses a turn under a term that another replica has followed", async () => {
    const url = await postgres.fresh();
    const ledger = await openLedgerOf(url);
    const terms: Term[] = [];
    const write = (term: Term) => ledger.turn(0, () => [{ stream: "s.1", events: [anEvent()] }], term);
    const first = replica(url);
    await first.duties.run([aDuty("server:prod", [], { terms })]);
    await until("the first works", () => terms.length === 1);
    expect(await write(terms[0] as Term)).toHaveLength(1);
    await first.duties.close();
    await replica(url).duties.run([aDuty("server:prod", [], { terms })]);
    await until("the second works", () => terms.length === 2);
    await expect(write(terms[0] as Term)).rejects.toThrow(DutyLost);
    expect(await write(terms[1] as Term)).toHaveLength(1);
    await ledger.close();
  });

  test("a frozen process writes nothing after its duty has gone, and a killed one is followed at once", async () => {
    const url = await dutyPlace(postgres);
    const child = spawn("node", ["--import", "tsx", "test/support/hold-duty.ts", "child"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, DATABASE_URL: url },
    });
    children.push(child);
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until("the child works", () => said.includes("begins"));
    const terms: Term[] = [];
    const events: string[] = [];
    const here = replica(url);
    await here.duties.run([aDuty("server:prod", events, { terms })]);
    const written = async () => postgres.sql("SELECT epoch::int, by FROM written ORDER BY position", url);
    await untilIn("the child writes", async () => (await written()).length > 2);
    child.kill("SIGSTOP");
    await until("this process works", () => terms.length === 1);
    expect(terms[0]?.epoch).toBe(2);
    const before = (await written()).length;
    child.kill("SIGCONT");
    await until("the child has ended its term", () => said.includes("ends"));
    expect(await written()).toHaveLength(before);
    await here.duties.close();
    await until("the child works again", () => said.split("begins").length === 3);
    const last = replica(url);
    await last.duties.run([aDuty("server:prod", events, { terms })]);
    child.kill("SIGKILL");
    await until("the last one works", () => terms.length === 2);
    expect(terms[1]?.epoch).toBe(4);
  });
});
