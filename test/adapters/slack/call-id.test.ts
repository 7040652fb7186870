import fc from "fast-check";
import { expect, test } from "vitest";
import { callId } from "../../../src/adapters/slack/call-id.ts";

test("the trigger of what a person did, else the event", () => {
  expect(callId({ trigger_id: "13345224609.738474920.8088930838d88f008e0", event_id: "Ev1" })).toEqual({
    id: "13345224609.738474920.8088930838d88f008e0",
  });
  expect(callId({ event_id: "Ev08MFMKH6" })).toEqual({ id: "Ev08MFMKH6" });
  expect(callId({})).toEqual({});
});

test("whatever else is there, nothing but a name of Slack's gets into the log and the ledger", () => {
  fc.assert(
    fc.property(fc.anything(), (trigger_id) => {
      expect(callId({ trigger_id }).id ?? "none").toMatch(/^[\w.-]{1,100}$/);
    }),
  );
  expect(callId({ trigger_id: "<!channel> \u001b[31m" })).toEqual({});
});
