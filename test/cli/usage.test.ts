import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CliPorts } from "../../src/cli/cli-ports.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { faultOf } from "../../src/cli/fault-of.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { runs } from "../support/runs.ts";

/** Fails the test if a command does anything outside: with exit code 2 it must not. */
function nothingDone(): never {
  throw new Error("a wrong command line did something");
}

const PORTS: CliPorts = {
  version: "1.2.3",
  env: { DS_USERNAME: "drydock", DS_PASSWORD: "dry-dock-password" },
  clock: { now: nothingDone, monotonic: nothingDone, after: nothingDone },
  readCopied: (text) => text,
  progress: nothingDone,
  serve: nothingDone,
  ledger: {
    makeKey: nothingDone,
    check: nothingDone,
    toAccept: nothingDone,
    accept: nothingDone,
    readVerified: nothingDone,
    backup: nothingDone,
    retain: nothingDone,
    rotateKey: nothingDone,
    migrate: nothingDone,
  },
  look: nothingDone,
  askBot: nothingDone,
  openDoctor: nothingDone,
  openServer: nothingDone,
  probe: nothingDone,
};

/** What is printed about a command line that is wrong. */
async function refused(...argv: readonly string[]): Promise<string> {
  try {
    return `It printed: ${await runCli(argv, PORTS)}`;
  } catch (error) {
    const { text, code } = faultOf(error);
    expect([text, code]).toEqual([text, 2]);
    return text;
  }
}

describe("a command line that is wrong is answered with a sentence", () => {
  test.each([
    [["deploy"], 'There is no command "deploy". drydock help lists the commands.'],
    [["backpu", "x.db"], 'There is no command "backpu". Did you mean drydock backup?'],
    [["confg", "check"], 'There is no command "confg check". Did you mean drydock config check?'],
    [["config"], "drydock config needs check or schema after it. Example: drydock config check"],
    [["config", "chekc"], 'drydock config needs check or schema after it, not "chekc". Example: drydock config check'],
    [["help", "bakup"], 'There is no command "bakup". Did you mean drydock backup?'],
    [["--config"], "drydock needs a value for --config: FILE. Example: drydock --config drydock.yml"],
    [["-c", "--version"], "drydock needs a value for --config: FILE. Example: drydock --config drydock.yml"],
    [["--config="], "drydock needs a value for --config: FILE. Example: drydock --config drydock.yml"],
    [
      ["--config", "x.yml", "backup", "y.db"],
      'drydock does not take "backup". A command comes before its options. Example: drydock --config drydock.yml',
    ],
    [
      ["backup", "a.db", "b.db"],
      'drydock backup does not take "b.db". Example: drydock backup ./drydock-2026-11-24.db',
    ],
    [
      ["probe", "\u001b[31mred"],
      'drydock probe does not take "\\u001b[31mred". Example: drydock probe --url https://deploy.example.com:8443',
    ],
  ])("%j", async (argv, sentence) => {
    expect(await refused(...argv)).toBe(sentence);
  });

  test.each([
    [["plan", "--json=yes"], "drydock plan takes no value for --json."],
    [["plan", "--url", "http://h", "--url", "http://h"], "drydock plan takes --url once."],
    [["plan", "--url", "http://h", "--limit", "many"], "--limit"],
    [["plan", "--url", "http://h", "--version", "new"], "--version"],
    [["plan", "--url", "http://h", "--slots", "11"], "--slots"],
    [
      ["plan", "--url", "http://h", "--exclude", "db-1", "db-2"],
      'drydock plan does not take "db-2". Type a comma between the values of a list: --exclude db-1,db-2. Example: ',
    ],
    [["plan", "--url", "http://h", "--nmae", "x"], "drydock plan has no option --nmae. Did you mean --name?"],
    [["plan", "--url", "deploy"], "--url takes a URL that begins with https:// or http://"],
    [["probe", "--url", "http://h", "--ca", "/no/such.pem"], "Drydock cannot read /no/such.pem as a certificate"],
    [["retain", "--before", "1970-13-40", "--archive", "x"], '--before takes a day as YYYY-MM-DD, not "1970-13-40"'],
    [["config", "check", "--__proto__"], "drydock config check has no option --__proto__."],
  ])("%j", async (argv, part) => {
    expect(await refused(...argv)).toContain(part);
  });

  test("a password in the URL is refused, and not repeated", async () => {
    for (const url of ["http://u:hunter2@h", "u:hunter2@h"])
      expect(await refused("plan", "--url", url)).not.toContain("hunter2");
  });

  test("whatever is typed, a mistake is one line without control characters, and does nothing", async () => {
    const names = COMMANDS.flatMap(({ name }) => name.split(" "));
    const options = COMMANDS.flatMap((command) => Object.keys(command.options).map((name) => `--${name}`));
    const anything = fc.string().filter((typed) => !/^-(-help|[^-]*h)/.test(typed));
    const word = fc.oneof(fc.constantFrom(...names), fc.constantFrom(...options), anything);
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 4 }), async (words) => {
        // An option that no command has.
        const text = await refused(...words, "--no-such-option");
        expect(text).toMatch(/^[^\p{Cc}]+$/u);
      }),
      { numRuns: runs(200, 5_000) },
    );
  });
});
