import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { logCalls, logCallsIn } from "../support/log-calls.ts";

const calls = logCalls();

test("every message of the log is a plain text, so that it can be looked for, and its facts are fields", () => {
  expect(calls.length).toBeGreaterThan(50);
  expect(calls.filter(({ message, fields }) => message === undefined || fields === undefined)).toEqual([]);
});

test("a message has one level", () => {
  const levels = new Map<string, Set<string>>();
  for (const { message = "", level } of calls) levels.set(message, (levels.get(message) ?? new Set()).add(level));
  expect([...levels].filter(([, some]) => some.size > 1)).toEqual([]);
});

test("no field has a name that each line has already: a line with two levels has the wrong one for most readers", () => {
  const own = /^(level|time|pid|hostname|msg)$/;
  expect(calls.flatMap(({ message, fields = [] }) => (fields.some((name) => own.test(name)) ? [message] : []))).toEqual(
    [],
  );
});

test("docs/operations/logs.md says what to do about each error that is no fault of Drydock", () => {
  const [, page = ""] = readFileSync("docs/operations/logs.md", "utf8").split("## Errors that you can put right");
  const own = calls.filter(({ level, fields }) => level === "error" && !fields?.includes("error"));
  expect(own.length).toBeGreaterThan(2);
  expect(own.filter(({ message }) => !page.includes(`| ${message} |`))).toEqual([]);
});

test("a message that is put together is found", () => {
  const found = (call: string) => logCallsIn("a.ts", `${call};`).map(({ message, fields }) => [message, fields]);
  expect(found('log.warn({ server }, "it is away")')).toEqual([["it is away", ["server"]]]);
  expect(found("ports.log.warn({ ...more }, `it is $" + "{how}`)")).toEqual([[undefined, ["...more"]]]);
  expect(found("log.error(facts, text)")).toEqual([[undefined, undefined]]);
});
