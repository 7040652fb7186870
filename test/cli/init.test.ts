import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { STARTER_FILE } from "../../src/config/starter-file.ts";
import { runProgram } from "../support/run-program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TOKENS = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1", DRYDOCK_PROD_TOKEN: "t" };

/** In a folder of its own, as a person does it: a process. */
function drydock(args: readonly string[]) {
  return spawnSync("node", [resolve("dist/src/main.js"), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "" },
    encoding: "utf8",
  });
}

/** The same command with the file's whole path, inside the test's process. */
const withFile = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runProgram([...args, "--config", join(folder, "drydock.yml")], env);

const read = (name: string) => readFileSync(join(folder, name), "utf8");

describe("init", () => {
  test("writes the smallest file and a key for its owner alone, says what is next, and the check takes both", async () => {
    const { status, stdout, stderr } = drydock(["init"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(read("drydock.yml")).toBe(STARTER_FILE);
    expect(read("drydock.db.key")).toMatch(/^[0-9a-f]{64}\n$/);
    expect(statSync(join(folder, "drydock.db.key")).mode & 0o777).toBe(0o600);
    expect(stdout).toContain("npx drydock config check\n");
    expect(stdout).toContain("npx drydock doctor\n");
    expect(stdout).not.toContain(read("drydock.db.key").trim());
    const checked = await withFile(["config", "check"], TOKENS);
    expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining("Servers: prod (observe).")]);
    expect(checked.stdout).toContain("drydock.yml:7, slack.operationsChannel: C0123456789 is only an example.");
  });

  test("overwrites nothing, and says so", async () => {
    await withFile(["init"]);
    const key = read("drydock.db.key");
    writeFileSync(join(folder, "drydock.yml"), "mine");
    const again = await withFile(["init"]);
    expect(again).toMatchObject({ status: 1, stdout: "" });
    expect(again.stderr).toContain("drydock.yml exists already, and init overwrites nothing.");
    expect([read("drydock.yml"), read("drydock.db.key")]).toEqual(["mine", key]);
    rmSync(join(folder, "drydock.yml"));
    expect((await withFile(["init"])).stdout).toContain(`Kept ${join(folder, "drydock.db.key")}`);
    expect(read("drydock.db.key")).toBe(key);
  });

  test("writes elsewhere where it is told to, and makes no second key beside that of the environment", async () => {
    const other = join(folder, "other.yml");
    const { stdout } = await runProgram(["init", "--config", other], { DRYDOCK_LEDGER_KEY: "k".repeat(32) });
    expect(stdout).toContain(`npx drydock config check --config ${other}`);
    expect(stdout).toContain("Wrote no key file: the ledger's key is DRYDOCK_LEDGER_KEY");
    expect([existsSync(other), existsSync(join(folder, "drydock.db.key"))]).toEqual([true, false]);
  });

  test.each([
    [["init", "now"], 2, 'init does not take "now"'],
    [["init", "--config", "none/drydock.yml"], 1, "The folder none does not exist"],
  ])("%j is answered with a sentence", async (args, code, sentence) => {
    expect(await runProgram(args)).toMatchObject({ status: code, stderr: expect.stringContaining(sentence) });
  });

  test("beside a ledger whose key is gone it writes nothing", async () => {
    const db = openDatabase(join(folder, "drydock.db"));
    db.exec("CREATE TABLE x (y)");
    db.close();
    const { status, stderr } = await withFile(["init"]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("is there, but its key is not")]);
    expect(existsSync(join(folder, "drydock.yml"))).toBe(false);
  });
});

describe("config check", () => {
  test("looks at the ledger's folder and its key too", async () => {
    await withFile(["init"]);
    writeFileSync(join(folder, "drydock.yml"), `ledger: {file: none/drydock.db}\n${STARTER_FILE}`);
    const check = () => withFile(["config", "check"], TOKENS);
    expect(await check()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("none does not exist. Create it"),
    });
    writeFileSync(join(folder, "drydock.yml"), STARTER_FILE);
    writeFileSync(join(folder, "drydock.db.key"), "short");
    expect(await check()).toMatchObject({ status: 1, stderr: expect.stringContaining("holds 5 characters") });
  });
});
