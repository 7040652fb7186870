import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { examine } from "../support/clinic.ts";
import {
  AT_THE_LEDGER,
  IN_SLACK,
  type Mistake,
  OF_PEOPLE,
  OF_THE_CONFIGURATION,
  ON_THE_SERVER,
  WITH_CERTIFICATES,
} from "../support/mistakes.ts";

test("a sound configuration has neither problems nor warnings, and nothing is changed", async () => {
  const { status, findings, deploy, slack } = await examine();
  expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
  expect(status).toBe(0);
  expect(new Set(findings.map(({ about }) => about))).toEqual(new Set(["Slack", "ledger", "prod"]));
  expect([...deploy.requests.keys()].filter((request) => !request.startsWith("GET "))).toEqual([]);
  expect(slack.workspace.messages).toEqual([]);
});

const GROUPS: readonly (readonly [string, readonly Mistake[]])[] = [
  ["of the configuration", OF_THE_CONFIGURATION],
  ["in Slack", IN_SLACK],
  ["of people", OF_PEOPLE],
  ["on the server", ON_THE_SERVER],
  ["with certificates", WITH_CERTIFICATES],
  ["at the ledger", AT_THE_LEDGER],
];

test("every code that docs/operations/doctor.md explains is one of a planted mistake", () => {
  const page = readFileSync("docs/operations/doctor.md", "utf8");
  const explained = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
  const codes = GROUPS.flatMap(([, mistakes]) => mistakes.map(({ code }) => code));
  expect(codes.length).toBeGreaterThan(50);
  expect(explained.length).toBeGreaterThan(8);
  expect(explained.filter((code) => !codes.some((one) => one === code))).toEqual([]);
});

describe.each(GROUPS)("a mistake %s is found with its remedy", (_where, mistakes) => {
  test.each(mistakes)("$what: $code", async ({ code, about, remedy, level = "problem", ...given }) => {
    const { status, findings } = await examine(given);
    const faults = findings.filter((one) => one.level !== "ok");
    expect(faults).toContainEqual(
      expect.objectContaining({ level, code, about, remedy: expect.stringContaining(remedy) }),
    );
    expect(faults.filter((one) => one.remedy === "" || one.sentence === "")).toEqual([]);
    expect(status).toBe(faults.some((one) => one.level === "problem") ? 1 : 0);
  });
});
