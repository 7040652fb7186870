import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import type { LedgerEvent, NewEvent } from "../../src/model/events.ts";
import type { LedgerWrite } from "../../src/model/ledger-port.ts";
import { makePlan } from "../../src/model/plan/make-plan.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { append, appendAll } from "../support/append.ts";
import { manualClock } from "../support/manual-clock.ts";
import { policyWith } from "../support/policy.ts";
import { runProgram } from "../support/run-program.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-cli-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const KEY = "a key of the tests, which is long enough";
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

function drydock(...args: readonly string[]) {
  return runProgram(args, { DRYDOCK_LEDGER_KEY: KEY });
}

function configured(name: string): { readonly config: string; readonly file: string } {
  const config = join(directory, `${name}.yml`);
  const servers = "servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}";
  writeFileSync(config, `ledger: {file: ./${name}.db}\n${servers}\n`);
  return { config, file: join(directory, `${name}.db`) };
}

/** A ledger with an old rollout that is over, an old one of which an upgrade is still watched, and a new one that is over. */
async function filled(file: string): Promise<void> {
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  let made = 0;
  const write = (stream: string, at: number, events: readonly NewEvent[], closes = false): LedgerWrite => ({
    stream,
    events: events.map((event, i): LedgerEvent => {
      made += 1;
      const end = closes && i === events.length - 1 ? ({ closes: true } as const) : {};
      return { ...event, id: `e${made}`, v: 1, at, actor: "drydock", ...end };
    }),
  });
  const pinned = { server: "prod", user: { id: "u", name: "alice" }, via: "mapping" } as const;
  const said = (at: number) =>
    write("person.U0ALICE", at, [
      { type: "identity.pinned", data: pinned },
      { type: "person.asked", data: { command: "status", channel: "C0" } },
      { type: "person.told", data: { text: "All is well." } },
    ]);
  await appendAll(ledger, said(10 * DAY), said(40 * DAY));
  for (const [id, at, watched] of [
    ["prod-1", 10 * DAY, false],
    ["prod-2", 10 * DAY, true],
    ["prod-3", 40 * DAY, false],
  ] as const) {
    const options = { slots: 10, reason: null };
    const nothing = { agents: [], exclusionOf: () => undefined };
    const plan = makePlan({ policy: policyWith(), serverVersion: "7", options, ...nothing });
    const user = { id: "u", name: "alice" };
    const started = { rollout: id, plan, owner: "U0ALICE", serverUser: user, channel: "C0" };
    const intended = { rollout: id, server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: "6" };
    const end: readonly NewEvent[] = watched ? [] : [{ type: "upgrade.closed", data: {} }];
    await appendAll(
      ledger,
      write(`rollout.${id}`, at, [
        { type: "rollout.started", data: started },
        { type: "rollout.ended", data: {} },
      ]),
      write(`upgrade.${id}.a.1`, at, [{ type: "upgrade.intended", data: intended }, ...end], !watched),
    );
  }
  await ledger.close();
}

describe("backup", () => {
  test("makes a checked copy with the ledger's key alone, and says what is wrong where it cannot", async () => {
    const { config, file } = configured("backup");
    expect((await drydock("backup", join(directory, "none.db"), "--config", config)).stderr).toContain(
      "There is no ledger at",
    );
    await filled(file);
    const to = join(directory, "copy.db");
    const done = await drydock("backup", to, "--config", config);
    expect([done.stderr, done.status]).toEqual(["", 0]);
    expect(done.stdout).toContain("17 rows, file and chain checked");
    expect((await drydock("backup", to, "--config", config)).stderr).toContain("never overwrites");
  });
});

describe("retain", () => {
  test("moves what is old and over into an archive, and leaves the rest as it was", async () => {
    const { config, file } = configured("retain");
    await filled(file);
    const archive = join(directory, "old.jsonl");
    const words = ["--archive", archive, "--config", config];
    expect((await drydock("retain", "--before", "1970-01-02", ...words)).stdout).toContain("archived nothing");
    expect(existsSync(archive)).toBe(false);
    const done = await drydock("retain", "--before", "1970-02-01", ...words);
    expect([done.stderr, done.stdout.slice(archive.length)]).toEqual([
      "",
      ": 4 rows of 2 streams, and 2 rows of what people typed and read, archived out of the ledger. The chain still proves them.\n",
    ]);
    const lines = readFileSync(archive, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).stream)).toEqual([
      "person.U0ALICE",
      "person.U0ALICE",
      "rollout.prod-1",
      "rollout.prod-1",
      "upgrade.prod-1.a.1",
      "upgrade.prod-1.a.1",
    ]);
    const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
    const projections = await openProjections(ledger, {
      clock: manualClock(),
      random: { id: () => "x", fraction: () => 0 },
    });
    expect([...projections.rollouts.keys()]).toEqual(["prod-2", "prod-3"]);
    expect((await ledger.read("person.U0ALICE")).map(({ type, at }) => [type, at / DAY])).toEqual([
      ["identity.pinned", 10],
      ...["identity.pinned", "person.asked", "person.told"].map((type) => [type, 40]),
    ]);
    await ledger.close();
  });

  test("records in the ledger what left it, which an audit tells", async () => {
    const { config, file } = configured("recorded");
    await filled(file);
    const words = ["--archive", join(directory, "rollouts-1970.jsonl"), "--config", config];
    await drydock("retain", "--before", "1970-01-02", ...words);
    expect((await drydock("retain", "--before", "1970-02-01", ...words)).status).toBe(0);
    const hint = JSON.parse(readFileSync(`${file}.hint`, "utf8"));
    expect(hint.position).toBe(18);
    const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
    const by = userInfo().username;
    const [event, ...more] = await ledger.read("ledger.self");
    await ledger.close();
    expect([event?.type, more]).toEqual(["ledger.archived", []]);
    expect(event?.data).toEqual({
      ...{ before: 31 * DAY, rows: 6, rollouts: ["prod-1"], archive: "rollouts-1970.jsonl", by },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const all = await drydock("audit", "verify", "--config", config);
    const said = new RegExp(`^Row 18: ${by} archived 6 rows on .* UTC, into rollouts-1970.jsonl\\.$`, "m");
    expect(all.stdout).toMatch(said);
    for (const command of ["verify", "report"]) {
      const { stderr } = await drydock("audit", command, "prod-1", "--config", config);
      expect(stderr).toContain("prod-1 is archived. Row 18: ");
    }
    expect((await drydock("audit", "verify", "prod-9", "--config", config)).stderr).toContain('no rollout "prod-9"');
  });

  test("takes no day in which rollouts may have begun that still count for approvals", async () => {
    const { config, file } = configured("counted");
    await filled(file);
    const archive = join(directory, "counted.jsonl");
    const words = ["retain", "--archive", archive, "--config", config];
    const retainAt = (now: number, day: string) =>
      runProgram([...words, "--before", day], { DRYDOCK_LEDGER_KEY: KEY }, manualClock(now));
    const day = "1970-02-11";
    const midnight = 41 * DAY;
    const refused = await retainAt(midnight + 26 * HOUR - 1, day);
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`--before takes a day that began at least 26 hours ago, not "${day}"`),
    ]);
    expect(existsSync(archive)).toBe(false);
    expect(await retainAt(midnight + 26 * HOUR, day)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("8 rows of 4 streams"),
    });
  });

  test("leaves a rollout whose review is still open", async () => {
    const { config, file } = configured("review");
    await filled(file);
    const party = { by: "U0ALICE", serverUser: { id: "u", name: "alice" } };
    const review = async (...events: readonly NewEvent[]) => {
      const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
      const written = events.map(
        (event) => ({ ...event, id: event.type, v: 1, at: 11 * DAY, actor: "drydock" }) as const,
      );
      await append(ledger, "rollout.prod-1", ...written);
      await ledger.close();
    };
    const retain = async (archive: string) =>
      (await drydock("retain", "--before", "1970-02-01", "--archive", join(directory, archive), "--config", config))
        .stdout;
    await review({ type: "review.opened", data: { ...party, reason: "The relay fails.", agents: 1 } });
    expect(await retain("open.jsonl")).toContain("0 rows of 0 streams, and 2 rows of what people typed and read");
    await review({ type: "review.closed", data: { ...party, note: "Right." } });
    expect(await retain("closed.jsonl")).toContain("6 rows of 2 streams, and 0 rows");
  });
});

describe("accept-ledger", () => {
  test("says what may be forgotten, takes the ledger's path and the word, and is recorded in the ledger", async () => {
    const { config, file } = configured("accept");
    await filled(file);
    const accept = (...args: readonly string[]) => drydock("accept-ledger", ...args, "--config", config);
    const hint = { position: 40, link: "x", at: 3 * DAY };
    writeFileSync(`${file}.hint`, JSON.stringify(hint));
    const other = await accept(join(directory, "other.db"));
    expect([other.status, other.stderr]).toEqual([2, expect.stringContaining(`drydock accept-ledger ${file}`)]);
    const asked = await accept(file);
    expect([asked.status, asked.stdout]).toEqual([1, ""]);
    expect(asked.stderr).toContain("ends at row 17, written 1970-02-10T00:00:00.000Z");
    expect(asked.stderr).toContain("recorded row 40, written 1970-01-04T00:00:00.000Z");
    expect(asked.stderr).toContain("may request an upgrade that is in flight a second time");
    expect((await accept(file, "--confirm", "yes")).status).toBe(1);
    expect(JSON.parse(readFileSync(`${file}.hint`, "utf8"))).toEqual(hint);
    const [word = ""] = /--confirm (\S+)/.exec(asked.stderr)?.slice(1) ?? [];
    const done = await accept(file, "--confirm", word);
    expect([done.status, done.stderr]).toEqual([0, ""]);
    const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
    expect(await ledger.read("ledger.self")).toMatchObject([
      {
        type: "ledger.accepted",
        data: { had: { position: 40, at: 3 * DAY }, found: { position: 17, at: 40 * DAY }, by: expect.any(String) },
      },
    ]);
    await ledger.close();
  });

  test("accepts a ledger that was restored without its hint, which a start takes as it is", async () => {
    const { config, file } = configured("restored");
    await filled(file);
    const accept = (...args: readonly string[]) => drydock("accept-ledger", file, ...args, "--config", config);
    expect(await drydock("rollouts", "--config", config)).toMatchObject({ status: 0, stderr: "" });
    const asked = await accept();
    expect(asked).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        `There is no hint beside it (${file}.hint), so Drydock cannot know what it lacks.`,
      ),
    });
    expect(await accept("--confirm", "accept-17")).toMatchObject({ status: 0, stderr: "" });
    expect((await accept()).stdout).toContain("nothing to accept");
    const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
    expect(await ledger.read("ledger.self")).toMatchObject([
      { type: "ledger.accepted", data: { had: null, found: { position: 17, at: 40 * DAY } } },
    ]);
    await ledger.close();
  });
});
