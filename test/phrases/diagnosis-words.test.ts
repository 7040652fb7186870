import { expect, test } from "vitest";
import { isFailure, OUTCOMES } from "../../src/model/upgrade/outcome.ts";
import { diagnosisWords } from "../../src/phrases/diagnosis-words.ts";

test("of a relay that answers with a prohibited character no more is said than is known", () => {
  const { title, remedy } = diagnosisWords("websocket-header");
  expect(title).toContain("known from 6.x to 7.x");
  expect(remedy).toContain("not documented");
});

test("every failure has a title and a remedy", () => {
  for (const outcome of OUTCOMES.filter(isFailure)) {
    const { title, remedy } = diagnosisWords(outcome);
    expect([outcome, title.length > 0, remedy.length > 0]).toEqual([outcome, true, true]);
  }
});
