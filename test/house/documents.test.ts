import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { findCommand } from "../../src/cli/find-command.ts";
import { BANNED, tooLong } from "../support/pages/language.ts";
import {
  anchorsOf,
  commandsIn,
  flagsIn,
  type Line,
  linesOf,
  proseOf,
  readDocuments,
} from "../support/pages/read-documents.ts";

const documents = readDocuments();
const lines = documents.flatMap((document) => document.lines);
/** Decisions, and what is known of others' products, keep their own form. */
const OWN_FORM = /^docs\/(adr\/|urbancode-deploy|slack-limits)/;
const pages = documents.filter(({ file }) => !OWN_FORM.test(file)).flatMap((document) => document.lines);

/** The places of lines with what is wrong in them. */
function found(wrong: (line: Line) => string | undefined, among: readonly Line[] = pages): readonly string[] {
  return among.flatMap((line) => {
    const what = wrong(line);
    return what === undefined ? [] : [`${line.place}: ${what}`];
  });
}

describe("what documents point to is there", () => {
  test("links and their anchors", () => {
    const broken = documents.flatMap(({ file, lines: own }) =>
      own.flatMap(({ place, text, code }) => {
        const targets = code ? [] : [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
        return targets
          .filter((target) => !/^https?:/.test(target) && !resolves(file, target))
          .map((target) => `${place}: ${target}`);
      }),
    );
    expect(broken).toEqual([]);
  });

  test("tests and sources", () => {
    const named = lines.flatMap(({ place, text }) =>
      [...text.matchAll(/\b(?:test|src|commands|bench|playground)\/[\w./-]+\.tsx?\b/g)].map(
        ([file]) => [place, file] as const,
      ),
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(([, file]) => !existsSync(file))).toEqual([]);
  });

  test("commands in Slack, with their flags", () => {
    const named = documents.flatMap((document) => commandsIn(document, /^\/agents(?= |$)/));
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(([, words]) => !isSlackCommand(words))).toEqual([]);
    const mentions = documents.flatMap((document) => commandsIn(document, /^@drydock(?= )/));
    expect(
      mentions.filter(([, [name]]) => !commands.some((command) => command.name === name && command.inThread)),
    ).toEqual([]);
  });

  test("commands in a terminal, with their options", () => {
    const named = documents.flatMap((document) => commandsIn(document, /(?:^|npx )drydock(?= |$)/));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(([, words]) => !isCliCommand(words))).toEqual([]);
  });

  test("scripts", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
      scripts: Readonly<Record<string, string>>;
    };
    const named = documents.flatMap((document) => commandsIn(document, /npm run (?:-s )?/));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(([, [name = ""]]) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test("messages that the page on trouble quotes", () => {
    const page = documents.find(({ file }) => file === "docs/operations/troubleshooting.md");
    const quoted = (page?.lines ?? []).flatMap(({ text }) => /^## "(.+)"$/.exec(text)?.[1]?.split(" … ") ?? []);
    expect(quoted.length).toBeGreaterThan(8);
    const sources = sourceTexts();
    expect(quoted.filter((part) => !sources.some((source) => source.includes(part)))).toEqual([]);
  });

  test("a wrong command is found", () => {
    const document = {
      lines: linesOf("x", "`/agents fly`\n`/agents check --altitude 3`\n```\nnpx drydock sail --fast\n```"),
    };
    expect(commandsIn(document, /^\/agents(?= |$)/).map(([, words]) => isSlackCommand(words))).toEqual([false, false]);
    expect(commandsIn(document, /(?:^|npx )drydock(?= |$)/).map(([, words]) => isCliCommand(words))).toEqual([false]);
  });
});

describe("documents read as Drydock speaks", () => {
  test("no line is longer than 160 characters", () => {
    expect(found(({ text }) => (text.length > 160 ? `${text.length} characters` : undefined))).toEqual([]);
  });

  test("no word that the language rules out", () => {
    expect(found((line) => BANNED.exec(proseOf(line))?.[0])).toEqual([]);
  });

  test("one sentence a line, of at most 25 words", () => {
    const sentences = pages.filter(({ text }) => !/^(\||#|<!--)/.test(text));
    expect(found((line) => secondSentence(proseOf(line)), sentences)).toEqual([]);
    expect(found((line) => tooLong(proseOf(line)), sentences)).toEqual([]);
  });

  test("what breaks a rule is found", () => {
    const prose = (text: string) => proseOf({ place: "x:1", text, code: false });
    expect(BANNED.test(prose("- Somebody wanted it to wait."))).toBe(true);
    expect(BANNED.test(prose("| A stand-in, `continue` | `app/words`: whoever asks |"))).toBe(false);
    expect(secondSentence(prose("1. It waits. Then it starts."))).toBe(". T");
    expect(secondSentence(prose("Use a glob, e.g. `web-*`, and wait."))).toBeUndefined();
    expect(tooLong("word ".repeat(26))).toBe("26 words");
  });

  test("the README fits on two screens", () => {
    const readme = documents.find(({ file }) => file === "README.md");
    expect(readme?.lines.length).toBeGreaterThanOrEqual(60);
    expect(readme?.lines.length).toBeLessThanOrEqual(90);
  });
});

/** Where a second sentence begins. */
function secondSentence(prose: string): string | undefined {
  return /(?<!\be\.g|\bi\.e)[.!?] +[A-Z`*[]/.exec(prose)?.[0];
}

function sourceTexts(): readonly string[] {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return files.map((name) => readFileSync(join("src", name), "utf8"));
}

function resolves(from: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : join(dirname(from), path);
  if (anchor === undefined) return existsSync(file);
  const document = documents.find((one) => one.file === file);
  return document !== undefined && anchorsOf(document).includes(anchor);
}

function isSlackCommand(words: readonly string[]): boolean {
  const [name] = words;
  if (name === undefined) return true;
  const command = commands.find((one) => one.name === name && one.group !== undefined);
  return command !== undefined && flagsIn(words).every((flag) => Object.hasOwn(command.args.flags, flag));
}

function isCliCommand(words: readonly string[]): boolean {
  const [first = "-"] = words;
  if (first === "COMMAND") return true;
  const command = findCommand(COMMANDS, first.startsWith("-") ? [""] : words);
  const known = [...Object.keys(command?.options ?? {}), "help"];
  return command !== undefined && flagsIn(words).every((flag) => known.includes(flag));
}
