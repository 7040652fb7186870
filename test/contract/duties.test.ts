import { expect, test } from "vitest";
import { createLocalDuties } from "../../src/adapters/memory/local-duties.ts";
import { keepLog } from "../support/silent-log.ts";
import { aDuty, dutiesContract } from "./duties.contract.ts";

dutiesContract("of one process", async (log) => createLocalDuties({ log }));

test("one process does not start if the work at a duty cannot begin", async () => {
  const duties = createLocalDuties({ log: keepLog() });
  const broken = { ...aDuty("slack", []), work: () => Promise.reject(new Error("no")) };
  await expect(duties.run([broken])).rejects.toThrow("no");
  await duties.close();
});
