import { expect, test } from "vitest";
import { readValues, toModal } from "../../../src/adapters/slack/modal.ts";
import { handoverModal } from "../../../src/features/handover/handover-view.ts";

test("a person whom Slack let somebody choose comes back as an id", () => {
  const { blocks } = toModal(handoverModal("prod-1"), "C1");
  const input = blocks.find((block) => block.type === "input");
  expect(input).toMatchObject({ block_id: "to", optional: false, element: { type: "users_select" } });
  const [, action = ""] = /"action_id":"([^"]+)"/.exec(JSON.stringify(input)) ?? [];
  expect(readValues({ to: { [action]: { selected_user: "U0BOB" } } })).toEqual({ to: ["U0BOB"] });
  expect(readValues({ to: { [action]: { selected_user: null } } })).toEqual({ to: [] });
});
