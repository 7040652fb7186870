import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const PURE = ["core", "model", "gates", "phrases", "decisions"];
const STATE = ["projections", "servers", "people"];

/**
 * What each room may import besides itself; docs/ARCHITECTURE.md draws it. A room that is not here imports nothing, and nobody imports it.
 * `decisions` are the pure files of the features, `decide-*.ts`; `root` puts everything together.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  model: ["core"],
  gates: ["core", "model"],
  phrases: ["core", "model", "gates"],
  decisions: ["core", "model", "gates"],
  projections: ["core", "model"],
  servers: [...PURE, "projections"],
  people: [...PURE, "projections", "servers"],
  conversation: [...PURE, ...STATE],
  features: [...PURE, ...STATE, "conversation"],
  monitor: [...PURE, ...STATE],
  reporting: [...PURE, ...STATE, "features"],
  commands: [...PURE, ...STATE, "conversation", "features"],
  config: ["core", "model", "gates"],
  cli: [...PURE, ...STATE, "conversation", "features", "config"],
  "adapters/engine": ["core", "model"],
  "adapters/health": ["core"],
  "adapters/operators": ["core"],
  "adapters/metrics": ["core", "model"],
  // What every ledger has, whatever it is kept in.
  "adapters/chain": ["core", "model"],
  "adapters/memory": ["core", "model", "adapters/chain"],
  "adapters/slack": ["core", "model"],
  "adapters/postgres": ["core", "model", "adapters/chain"],
  "adapters/sqlite": ["core", "model", "adapters/chain"],
  "adapters/urbancode": ["core", "model"],
};

function roomOf(file: string): string {
  const [top, second, third] = file.split("/");
  if (top === "commands") return "commands";
  if (second === "adapters") return `adapters/${third}`;
  if (/^src\/features\/[^/]+\/decide-[^/]+$/.test(file)) return "decisions";
  return third === undefined ? "root" : `${second}`;
}

/** Imports that the table does not allow, types too: `FROM -> TO (file)`. */
function trespasses(sources: readonly (readonly [file: string, text: string])[]): readonly string[] {
  return sources.flatMap(([file, text]) => {
    const from = roomOf(file);
    return importsOf(file, text)
      .map(roomOf)
      .filter((to) => from !== "root" && to !== from && !(ALLOWED[from]?.includes(to) && to in ALLOWED))
      .map((to) => `${from} -> ${to} (${file})`);
  });
}

const FEATURE = /^src\/features\/([^/]+)\/([^/]+)$/;

/** Imports of one feature by another, but for its port, and of the list of contributions by a feature: `FROM -> TO`. */
function featureTrespasses(all: readonly (readonly [file: string, text: string])[]): readonly string[] {
  return all.flatMap(([file, text]) => {
    const from = FEATURE.exec(file)?.[1];
    if (from === undefined) return [];
    return importsOf(file, text).flatMap((to) => {
      const [, feature, name] = FEATURE.exec(to) ?? [];
      const isList = to === "src/features/contributions.ts";
      const isOther = feature !== undefined && feature !== from && name !== `${feature}-port.ts`;
      return isList || isOther ? [`${file} -> ${to}`] : [];
    });
  });
}

/** Ports and others that only hand on what is somewhere else. */
function reExports(all: readonly (readonly [file: string, text: string])[]): readonly string[] {
  return all.filter(([, text]) => /^export (?:type )?(?:\*|\{[^}]*\}) from/m.test(text)).map(([file]) => file);
}

function importsOf(file: string, text: string): readonly string[] {
  return [...text.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)].map(([, specifier = ""]) =>
    normalize(join(dirname(file), specifier)),
  );
}

function sources(): readonly (readonly [file: string, text: string])[] {
  return ["src", "commands"]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [file, readFileSync(file, "utf8")]);
}

describe("every room imports only what it may", () => {
  test("in all files", () => {
    const all = sources();
    expect(all.length).toBeGreaterThan(400);
    expect(trespasses(all)).toEqual([]);
  });

  test.each(Object.keys(ALLOWED))("a file of %s that imports what it may not is found", (room) => {
    const folder = room === "commands" ? room : `src/${room === "decisions" ? "features/plan" : room}`;
    const file = `${folder}/${room === "decisions" ? "decide-" : ""}bad.ts`;
    const up = "../".repeat(file.split("/").length - 1);
    const found = (target: string) => trespasses([[file, `import type { X } from "${up}src/${target}";\n`]]);
    expect(found("serve.ts")).toEqual([`${room} -> root (${file})`]);
    expect(found("unheard-of/of.ts")).toHaveLength(1);
    expect(found("core/ports.ts")).toEqual([]);
  });

  test.each([
    ["src/conversation/bad.ts", "../monitor/poller.ts"],
    ["src/reporting/bad.ts", "../monitor/poller.ts"],
    ["src/features/plan/bad.ts", "../../monitor/poller.ts"],
    ["src/monitor/bad.ts", "../features/plan/plan-view.ts"],
    ["src/gates/bad.ts", "../projections/projections.ts"],
    ["src/adapters/slack/bad.ts", "../sqlite/database.ts"],
    ["src/unheard-of/bad.ts", "../core/ports.ts"],
  ])("%s may not import %s", (file, specifier) => {
    expect(trespasses([[file, `import { x } from "${specifier}";\n`]])).toHaveLength(1);
  });
});

describe("a feature knows another one only by its port", () => {
  test("in all files", () => {
    expect(featureTrespasses(sources())).toEqual([]);
  });

  test.each([
    ["src/features/plan/bad.ts", "../rollout/starter.ts", 1],
    ["src/features/plan/bad.ts", "../rollout/plan-port.ts", 1],
    ["src/features/rollout/decide-bad.ts", "../schedule/decide-schedule.ts", 1],
    ["src/features/plan/bad.ts", "../contributions.ts", 1],
    ["src/features/plan/bad.ts", "../rollout/rollout-port.ts", 0],
    ["src/features/plan/bad.ts", "./plan-view.ts", 0],
    ["src/features/plan/bad.ts", "../contribution.ts", 0],
    ["src/reporting/bad.ts", "../features/rollout/thread-views.ts", 0],
  ])("%s imports %s: %i wrong", (file, specifier, wrong) => {
    expect(featureTrespasses([[file, `import type { X } from "${specifier}";\n`]])).toHaveLength(wrong);
  });

  test("no file only hands on what is somewhere else", () => {
    expect(reExports(sources())).toEqual([]);
    expect(reExports([["src/features/plan/plan-port.ts", 'export { x } from "./x.ts";\n']])).toHaveLength(1);
  });
});
