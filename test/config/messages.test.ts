import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { settingPaths } from "../../src/config/json-schema.ts";
import { checkFile, loadConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/config/problem.ts";
import { SIX_LINES } from "../../src/config/starter-file.ts";

const directory = mkdtempSync(join(tmpdir(), "messages-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ENV = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-2", DRYDOCK_PROD_TOKEN: "t" };
const PROD = "servers:\n  prod:\n    url: https://ucd.corp.test:8443\n    approvals: 0\n";

function check(yaml: string, env: Readonly<Record<string, string>> = ENV): readonly string[] {
  const file = join(directory, "drydock.yml");
  writeFileSync(file, yaml);
  try {
    loadConfig({ file, env });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ where, what }) => `${where}: ${what}`);
    throw error;
  }
}

describe("a file that is not YAML", () => {
  test.each([
    ["a tab", "servers:\n\tprod:\n  x: 1\n", "drydock.yml:2: this line is indented with a tab."],
    ["a bracket that stays open", "slack: {channels: [C0OPS, C0B\nservers:\n  prod: {}\n", "drydock.yml:2:"],
    [
      "a quote that stays open",
      `${PROD}    never: [{glob: "db, reason: x}]\n`,
      "drydock.yml:5: the quote that opens here is not closed",
    ],
    ["a list item among settings", "servers:\n  prod:\n    url: x\n    - b\n  c: d\n   e: f\n", "drydock.yml:4:"],
    ["two colons", "servers: prod: url\n", "drydock.yml:1: there are two settings on this line"],
    ["a setting that sticks out", "servers:\n  prod:\n    url: x\n   mode: live\n", "drydock.yml:4: this line"],
    [
      "a glob without quotes",
      `${PROD}    never: [{glob: *-db, reason: x}]\n`,
      "drydock.yml:5: a value that begins with *",
    ],
    ["a sign without quotes", `${PROD}    username: @me\n`, "drydock.yml:5: a value that begins with @"],
    ["a second document", `${PROD}---\nslack: {}\n`, "drydock.yml:5: a second document begins here"],
    ["a list", "- a\n", "drydock.yml:1: expected settings by name, not a list"],
    ["one word", "hello\n", 'drydock.yml:1: expected settings by name, not the text "hello"'],
  ])("%s is said once, with its line", (_name, yaml, sentence) => {
    const said = check(yaml);
    expect(said).toEqual([expect.stringContaining(sentence)]);
  });

  test("one line that breaks many others is one problem", () => {
    const rest = Array.from({ length: 64 }, (_, i) => `    C0CHAN${i}: "x`).join("\n");
    expect(check(`slack: {\n${rest}\n`)).toHaveLength(1);
  });
});

test("a setting written twice is named with both lines, and the rest is checked too", () => {
  const said = check(`${PROD}    slots: 11\n    approvals: 1\n`);
  expect(said).toEqual([
    "drydock.yml:6, servers.prod.approvals: approvals is written twice, on lines 4 and 6. Keep one of them.",
    expect.stringContaining("servers.prod.slots: expected 10 at most"),
  ]);
});

test("nothing in the file: the six lines that are enough are shown, and they are", () => {
  for (const empty of ["", "\n\n", "# nothing yet\n", "---\n"]) {
    const [said, ...more] = check(empty);
    expect(more).toEqual([]);
    expect(said).toContain("the file is empty. These six lines are enough");
    for (const line of SIX_LINES) expect(said).toContain(line);
  }
  expect(SIX_LINES).toHaveLength(6);
  expect(check(SIX_LINES.join("\n"))).toEqual([]);
});

test("a file that is not there: what writes one", () => {
  expect(() => loadConfig({ file: join(directory, "none.yml"), env: ENV })).toThrow(
    /there is no such file\. Write one: drydock init --config .*none\.yml/,
  );
});

describe("a setting at the wrong place", () => {
  test.each([
    [
      "at the top",
      `${PROD}slots: 5\n`,
      "drydock.yml:5, slots: slots belongs under servers.prod. Example: servers: {prod: {slots: 5}}",
    ],
    ["in a server", `${PROD}    onCall: [U0BOB]\n`, "onCall belongs under people. Example: people: {onCall: …}"],
    [
      "under servers",
      "servers:\n  url: https://x.test\n  approvals: 0\n",
      "url belongs under a server's name. Example: servers: {prod: {url: …}}",
    ],
    ["too deep", `${PROD}    limits: {slots: 3}\n`, "slots belongs under servers.prod."],
    [
      "not deep enough",
      `${PROD}    perRelay: 3\n`,
      "perRelay belongs under servers.prod.limits. Example: servers: {prod: {limits: {perRelay: 3}}}",
    ],
    [
      "a server at the top",
      "prod:\n  url: https://x.test\n",
      "prod looks like a server. It belongs under servers. Example: servers: {prod: {url: …}}",
    ],
    ["of two places", `${PROD}mode: live\n`, "mode belongs under slack or servers.prod."],
  ])("%s", (_name, yaml, sentence) => {
    expect(check(yaml).join("\n")).toContain(sentence);
  });

  test("one mistake is one problem", () => {
    expect(check("servers:\n  url: https://x.test\n  approvals: 0\n")).toHaveLength(2);
    expect(check("prod:\n  url: https://x.test\n  approvals: 0\n")).toHaveLength(1);
    expect(check("servers:\n  prod:\n  url: https://x.test\n")).toHaveLength(2);
  });

  test("a name that nobody knows: the nearest that fits there, else the settings of that place", () => {
    expect(check(`${PROD}    slotz: 5\n`)).toEqual([expect.stringContaining("Did you mean slots?")]);
    expect(check(`${PROD}    perRelai: 5\n`)).toEqual([
      expect.stringContaining("Did you mean perRelay, under servers.prod.limits?"),
    ]);
    expect(check(`${PROD}people: {xxxxxxxxxxxx: 1}\n`)).toEqual([
      expect.stringContaining("The settings here are emailDomains, mapping, onCall, operators and ownTokens."),
    ]);
  });
});

describe("a value left out", () => {
  test.each([
    ["slack:\n", "slack: nothing is written here. Indent its settings below it, or delete the line"],
    ["people:\n  onCall:\n", "people.onCall: nothing is written here"],
  ])("%j is said to be left out", (yaml, sentence) => {
    expect(check(yaml + PROD)).toEqual([expect.stringContaining(sentence)]);
  });
});

test("the part of a list that is wrong is named, not the whole", () => {
  expect(check(`${PROD}    never: [{glob: db-*}]\n`)).toEqual([
    expect.stringContaining("servers.prod.never.0.reason: missing: expected a reason, e.g. upgraded by the vendor"),
  ]);
  expect(check(PROD.replace("approvals: 0", "approvals: [{above: 5, count: 3}]"))).toEqual([
    expect.stringContaining("servers.prod.approvals.0.count: expected 1 or 2"),
  ]);
});

describe("URLs", () => {
  test.each([
    ["https://ucd.corp.test:8443/?tab=1", "without a query (?…)"],
    ["https://ucd.corp.test:8443?", "without a query (?…)"],
    ["https://ucd.corp.test:8443/#dashboard", "without a fragment (#…)"],
    ["https://me:secret-9@ucd.corp.test", "without a user or a password"],
    ["https://me@ucd.corp.test", "without a user or a password"],
    ["ucd.corp.test:8443", "that begins with https://"],
    ["ftp://ucd.corp.test", "that begins with https://"],
  ])("%s is refused", (url, sentence) => {
    const said = check(PROD.replace("https://ucd.corp.test:8443", `"${url}"`));
    expect(said).toEqual([expect.stringContaining(`drydock.yml:3, servers.prod.url: expected a URL ${sentence}`)]);
    expect(said.join()).not.toContain("secret-9");
  });

  test("one from the environment is said to be from there", () => {
    expect(check(PROD, { ...ENV, DS_WEB_URL: "https://ucd.corp.test/?x" })).toEqual([
      expect.stringContaining("environment, DS_WEB_URL: expected a URL without a query"),
    ]);
  });
});

describe("the example's placeholders", () => {
  const PLACEHOLDERS = [
    "url: https://deploy.example.com:8443",
    "approvers: {people: [U0123456789]}",
    "approvers: {usergroups: [S0123456789]}",
    "links: {agent: 'https://deploy.example.com/#agent/{id}'}",
  ];
  const server = (mode: string, line: string) =>
    [
      "servers:",
      "  prod:",
      `    mode: ${mode}`,
      "    approvals: 0",
      `    ${line}`,
      ...(line.startsWith("url") ? [] : ["    url: https://ucd.corp.test"]),
    ].join("\n");

  test.each(PLACEHOLDERS)("%s is an error where the server is live, and a warning where it observes", (line) => {
    expect(check(server("live", line))).toEqual([expect.stringMatching(/^drydock\.yml:5, servers\.prod.*example/)]);
    writeFileSync(join(directory, "drydock.yml"), server("observe", line));
    const { warnings } = loadConfig({ file: join(directory, "drydock.yml"), env: ENV });
    expect(warnings).toEqual([
      expect.stringMatching(/^drydock\.yml:5, servers\.prod.*only an example\. Write your own value before/),
    ]);
    expect(checkFile(join(directory, "drydock.yml"))).toEqual(warnings);
  });

  test.each([
    "slack: {channels: [C0123456789]}",
    "slack: {operationsChannel: {id: C0987654321, shared: true}}",
    "people: {onCall: [U0123456789]}",
    "people: {emailDomains: [example.com]}",
    "people: {mapping: {U0123456789: {prod: jdoe}}}",
  ])("%s counts for the whole file: one live server is enough", (line) => {
    const other = "  test: {url: https://test.corp.test, mode: live, approvals: 0}\n";
    const env = { ...ENV, DRYDOCK_TEST_TOKEN: "t" };
    expect(check(`${PROD}${line}\n`, env)).toEqual([]);
    expect(check(`${PROD}${other}${line}\n`, env)).toEqual([expect.stringContaining("example")]);
  });

  test("what looks like an id of one's own, or a host of one's own, is none", () => {
    const file = `${PROD.replace("approvals", "mode: live\n    approvals")}slack: {channels: [C012AB3CD4E]}\npeople: {emailDomains: [my-example.com, example.com.corp.test]}\n`;
    expect(check(file)).toEqual([]);
  });

  test("of the example file that ships each one is found", () => {
    const example = readFileSync("drydock.example.yml", "utf8").replace("mode: observe", "mode: live");
    const said = check(example, { ...ENV, DRYDOCK_PROD_TOKEN: "", DRYDOCK_PROD_PASSWORD: "p" });
    const lines = example.split("\n").flatMap((line, i) => {
      const written = line.replace(/(^|\s)#.*$/, "");
      return /example\.com|[CUS]0\d{9}/.test(written) ? [i + 1] : [];
    });
    const found = said.map((sentence) => Number(/^drydock\.yml:(\d+)/.exec(sentence)?.[1]));
    expect([...new Set(found)].sort((a, b) => a - b)).toEqual(lines);
    expect(lines.length).toBeGreaterThan(4);
  });

  test("a token of the README that nobody replaced is said to be one", () => {
    expect(check(PROD, { ...ENV, SLACK_BOT_TOKEN: "xoxb-…", DRYDOCK_PROD_TOKEN: "…" })).toEqual([
      expect.stringContaining("environment, SLACK_BOT_TOKEN: this is still the example's value"),
      expect.stringContaining("environment, DRYDOCK_PROD_TOKEN: this is still the example's value"),
    ]);
  });
});

const LIBRARY =
  /Invalid|received|undefined|expected (string|object|array|number|int|boolean|record|map|nonoptional)\b|option|\bnull\b|NaN|union/;

test("whatever stands in the place of a setting, no word of a library's is in the answer", () => {
  const value = fc.constantFrom<unknown>(
    null,
    5,
    -1,
    1.5,
    "",
    "x",
    true,
    [],
    [null],
    ["x"],
    [5],
    [{}],
    {},
    { a: 1 },
    { glob: 1 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...settingPaths()), value, (path, wrong) => {
      const names = path.map((part) => (part === "*" ? "prod" : part));
      const tree = names.reduceRight<unknown>((inner, name) => (name === "[]" ? [inner] : { [name]: inner }), wrong);
      for (const sentence of check(stringify(tree))) expect(sentence).not.toMatch(LIBRARY);
    }),
    { numRuns: 200 },
  );
});
