import { readFileSync } from "node:fs";
import { collectDefaultMetrics, Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { defineMetrics } from "../../src/adapters/metrics/define-metrics.ts";
import { FORM_TIMEOUT } from "../../src/adapters/slack/listen-to.ts";
import { MISSING_CODES } from "../../src/core/missing.ts";
import type { PauseKind } from "../../src/model/rollout/rollout-events.ts";
import { describedMetrics } from "../support/described-metrics.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string };
}

const file = parse(readFileSync("ops/alerts.yml", "utf8")) as { groups: { rules: Rule[] }[] };
const rules = file.groups.flatMap((group) => group.rules);
const ofProcess = new Registry();
collectDefaultMetrics({ register: ofProcess });
const labelsOf = new Map([
  ...ofProcess.getMetricsAsArray().map(({ name }) => [name, [] as readonly string[]] as const),
  ...describedMetrics().map(({ name, labels }) => [name, labels] as const),
]);
/** The metrics that an expression names, a histogram by its own name. */
const metricsIn = (expr: string) =>
  [...expr.matchAll(/\b(?:drydock|nodejs|process)_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""));

describe.each(rules.map((rule) => [rule.alert, rule] as const))("%s", (_, { expr, annotations }) => {
  test("uses metrics and labels that exist", () => {
    expect(metricsIn(expr)).not.toEqual([]);
    expect(metricsIn(expr).filter((name) => !labelsOf.has(name))).toEqual([]);
    const known = new Set([...labelsOf.values()].flat().concat("le"));
    const used = [...expr.matchAll(/(\w+)=~?"|by \((\w+)\)|\$labels\.(\w+)/g)].map(([, a, b, c]) => a ?? b ?? c);
    expect(used.filter((label) => !known.has(label ?? ""))).toEqual([]);
  });

  test("has a summary of short sentences", () => {
    const sentences = annotations.summary.split(/(?<=\.)\s+/);
    expect(annotations.summary).toMatch(/\.$/);
    expect(sentences.filter((sentence) => sentence.split(/\s+/).length > 25)).toEqual([]);
  });
});

test("a form that is acknowledged at its time limit fires no alert", () => {
  const rule = rules.find(({ alert }) => alert === "DrydockAnswersSlackTooLate");
  expect(Number(/> ([\d.]+)$/.exec(rule?.expr ?? "")?.[1]) * 1_000).toBeGreaterThan(FORM_TIMEOUT);
});

test("codes that the rules name are codes of Drydock", () => {
  const named = rules.flatMap(({ expr }) => [...expr.matchAll(/code="([\w-]+)"/g)].map(([, code]) => code));
  expect(named.filter((code) => !(MISSING_CODES as readonly (string | undefined)[]).includes(code))).toEqual([]);
});

test("each code of a server has one rule, and only a server that does not answer is blamed", () => {
  const matched = (code: string) =>
    rules.filter(({ expr }) => new RegExp(`^(?:${/code=~?"([^"]*)"/.exec(expr)?.[1]})$`).test(code));
  const blamed = (code: string) =>
    matched(code).map(({ annotations }) => annotations.summary.startsWith("The server "));
  const codes = MISSING_CODES.filter((code) => code.startsWith("server-"));
  expect(codes.map((code) => [code, blamed(code)])).toEqual([
    ["server-not-watched", [false]],
    ["server-not-answering", [true]],
  ]);
});

test("no rule adds up what each replica counts from the same ledger", () => {
  const counting = readFileSync("src/adapters/metrics/count-events.ts", "utf8");
  const fromLedger = Object.entries(defineMetrics(new Registry())).flatMap(([key, metric]) =>
    counting.includes(`metrics.${key}.`) ? [(metric as unknown as { name: string }).name] : [],
  );
  expect(fromLedger).toContain("drydock_approvals_total");
  const ofLedger = rules.filter(({ expr }) => metricsIn(expr).some((name) => fromLedger.includes(name)));
  expect(ofLedger.map(({ alert }) => alert)).toContain("DrydockApprovalsExpire");
  expect(ofLedger.filter(({ expr }) => !expr.startsWith("max by ("))).toEqual([]);
});

/** Whether upgrades failed before a pause of this kind. */
const AFTER_FAILURES: Readonly<Record<PauseKind, boolean>> = {
  person: false,
  rights: false,
  coverage: false,
  policy: false,
  version: false,
  breaker: true,
  // The canaries are stable then. A canary that failed opens the breaker.
  canary: false,
  relay: true,
  activity: false,
};

test("the alert on failed upgrades fires for pauses after failures, and for no others", () => {
  const { expr = "" } = rules.find(({ alert }) => alert === "DrydockBreakerIsOpen") ?? {};
  const why = new RegExp(`^(?:${/why=~"([^"]*)"/.exec(expr)?.[1]})$`);
  const kinds = Object.entries(AFTER_FAILURES);
  expect(kinds.filter(([kind, failed]) => why.test(kind) !== failed)).toEqual([]);
});
