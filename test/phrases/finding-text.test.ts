import { expect, test } from "vitest";
import type { FindingCause } from "../../src/core/finding.ts";
import { findingText, worded } from "../../src/phrases/finding-text.ts";

test("what comes from outside is data, and what is ours is text", () => {
  const params = { agents: 2, serverVersion: "7.2", families: { counts: [["8.0", 2]], others: 0 } } as const;
  expect(findingText({ code: "newer-than-server", params })).toEqual([
    "2 agents are newer than the server, at ",
    { data: "7.2" },
    " (2 at 8.0): plans leave them out.",
  ]);
});

test("an older version's sentence is shown as it was written, and asks for nothing", () => {
  const sentence = ["As it was: ", { data: "*so*" }];
  const cause: FindingCause = { code: "recorded", params: { sentence } };
  expect(worded({ topic: "tls", level: "warn", cause })).toEqual({ topic: "tls", level: "warn", sentence, todo: [] });
});

test("a code that only a later version knows is shown as it is", () => {
  for (const code of ["not-yet-known", "constructor"])
    expect(findingText({ code, params: {} } as unknown as FindingCause)).toEqual([{ data: code }]);
});
