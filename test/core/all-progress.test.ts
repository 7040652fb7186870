import { expect, test } from "vitest";
import { allProgress } from "../../src/core/all-progress.ts";

test("there is progress each time that all parts have gone on, whatever one of them does alone", () => {
  let progress = 0;
  const went = allProgress(["looking", "steps"], () => {
    progress += 1;
  });
  for (let i = 0; i < 5; i += 1) went("looking");
  expect(progress).toBe(0);
  went("steps");
  expect(progress).toBe(1);
  went("steps");
  went("steps");
  expect(progress).toBe(1);
  went("looking");
  expect(progress).toBe(2);
});
