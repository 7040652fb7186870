import { expect, test } from "vitest";
import { pages } from "../../src/adapters/slack/pages.ts";
import { createPlaces } from "../../src/people/channels.ts";

test("a channel in a workspace with too many accounts to look for guests says so, and which setting helps", async () => {
  const endless = async () => ({ response_metadata: { next_cursor: "next" } });
  const look = async () => {
    await pages("list people", endless, () => {});
    return { shared: false, guests: false };
  };
  const channel = { id: "C0ONCALL", shared: false, guests: false };
  const settings = { channels: [channel], operationsChannel: undefined };
  const places = createPlaces({ channels: { look }, settings });
  const why =
    "Slack lists too many people to look for guests, which the configuration does not accept for it (guests: true)";
  expect(await places.refusal("C0ONCALL")).toBe(why);
  expect(await places.refusalNow("C0ONCALL", true)).toBe(why);
  await expect(places.choose("C0ONCALL")).rejects.toThrow(`cannot be shown in this channel: ${why}.`);
});
