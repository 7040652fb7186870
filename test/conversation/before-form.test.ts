import { expect, test } from "vitest";
import { beforeForm } from "../../src/conversation/before-form.ts";
import type { Call } from "../../src/core/call.ts";
import { manualClock } from "../support/manual-clock.ts";

const pressed: Call = { person: "U0BOB", channel: "C0", via: "button", command: "deny", args: [], formWithin: 1_500 };

test("a form does not wait for what takes longer than it can be opened", async () => {
  const clock = manualClock();
  const waiting = beforeForm(clock, pressed, new Promise(() => {}));
  await clock.advance(1_500);
  expect(await waiting).toBeUndefined();
});

test("what is read in time is used, and what refuses it is said before the form opens", async () => {
  expect(await beforeForm(manualClock(), pressed, Promise.resolve("bob"))).toBe("bob");
  await expect(beforeForm(manualClock(), pressed, Promise.reject(new Error("no right")))).rejects.toThrow("no right");
});
