import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** Files that hold several things of one kind end in the kind's name. */
const KINDS = ["buttons", "command", "part", "parts", "port", "service", "thread", "view", "views", "words"];

/** Files that hold what belongs to one topic, none of it before the others. */
const TOPICS = [
  "src/adapters/chain/chain.ts",
  "src/adapters/chain/row.ts",
  "src/adapters/operators/wire.ts",
  "src/adapters/postgres/duty-tables.ts",
  "src/adapters/slack/ids.ts",
  "src/adapters/slack/mrkdwn.ts",
  "src/adapters/sqlite/ledger-files.ts",
  "src/adapters/urbancode/rights-shapes.ts",
  "src/config/schema-roles.ts",
  "src/config/schema.ts",
  "src/core/format.ts",
  "src/core/ports.ts",
  "src/features/audit/checker/approvals.ts",
  "src/features/audit/checker/check-press.ts",
  "src/features/contributions.ts",
  "src/features/doctor/ledger-checks.ts",
  "src/features/doctor/slack-app.ts",
  "src/features/rollout/run-control.ts",
  "src/gates/index.ts",
  "src/gates/setting-schemas.ts",
  "src/main.ts",
  "src/model/deploy-server.ts",
  "src/model/gate-events.ts",
  "src/model/message-keys.ts",
  "src/shared-ledger-tools.ts",
];

const GLUE = ["create", "of"];

function wordsOf(name: string): readonly string[] {
  return name
    .replace("UrbanCode", "Urbancode")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[-_/]/)
    .map((word) => word.replace(/ies$/, "y").replace(/(?<!s)s$/, ""));
}

/** Whether all words of an export stand in the file's name, or the other way round; a folder's words may be left out. */
function isNamedAfter(file: string, exported: string): boolean {
  const [folder = "", base = ""] = file.replace(/\.ts$/, "").split("/").slice(-2);
  const [around, name, words] = [wordsOf(folder), wordsOf(base), wordsOf(exported)];
  const within = (inner: readonly string[], outer: readonly string[]) => inner.every((word) => outer.includes(word));
  return (
    within(words, [...name, ...around, ...GLUE]) ||
    (within(name, [...words, ...around]) && name.some((word) => words.includes(word)))
  );
}

function isWellNamed(file: string, source: string): boolean {
  const exports = [
    ...source.matchAll(/^export (?:async |abstract )?(?:function\*?|const|class|interface|type) (\w+)/gm),
  ];
  return exports.some(([, name = ""]) => isNamedAfter(file, name));
}

const sources = ["src", "commands"].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [`${root}/${file}`, readFileSync(`${root}/${file}`, "utf8")] as const),
);
const misnamed = sources.filter(([file, source]) => !isWellNamed(file, source)).map(([file]) => file);

describe("a file is named after its main export", () => {
  test("or after its kind, or it is a topic that is listed", () => {
    const isKind = (file: string) => KINDS.some((kind) => file.endsWith(`-${kind}.ts`));
    expect(misnamed.filter((file) => !isKind(file)).toSorted()).toEqual(TOPICS.toSorted());
  });

  test.each([
    ["src/monitor/dispatch.ts", "export function createDispatcher() {}", false],
    ["src/monitor/dispatcher.ts", "export function createDispatcher() {}", true],
    ["src/people/tokens.ts", "export const x = 1;", false],
  ])("%s, which holds %s: %s", (file, source, expected) => {
    expect(isWellNamed(file, source)).toBe(expected);
  });
});
