import { WebClient } from "@slack/web-api";
import { afterEach, expect, test } from "vitest";
import { createSdkLog } from "../../../src/adapters/slack/sdk-log.ts";
import { createUsergroups } from "../../../src/adapters/slack/usergroups.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { keepLog } from "../../support/silent-log.ts";
import { start, stopAll } from "../../support/standin.ts";

afterEach(stopAll);

async function usergroups(options: Parameters<typeof start>[0] = {}) {
  const slack = await start(options);
  const clock = manualClock();
  const client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    logger: createSdkLog(keepLog(), { clock: manualClock() }),
  });
  return { slack, clock, usergroups: createUsergroups({ client, clock }) };
}

test("tells who is in a usergroup, at most a minute old; nobody is in one that there is not", async () => {
  const users = ["U0BOB"];
  const group = { id: "S0OPS", handle: "ops", name: "Operations", users };
  const { clock, usergroups: groups } = await usergroups({ usergroups: [group] });
  expect([...(await groups.members("S0OPS"))]).toEqual(["U0BOB"]);
  users.push("U0DAVE");
  await clock.advance(59_000);
  expect((await groups.members("S0OPS")).has("U0DAVE")).toBe(false);
  await clock.advance(1_000);
  expect((await groups.members("S0OPS")).has("U0DAVE")).toBe(true);
  expect((await groups.members("S0NONE")).size).toBe(0);
});

test("reads afresh for whoever takes no older answer, and shares one of that age", async () => {
  const users = ["U0BOB"];
  const group = { id: "S0OPS", handle: "ops", name: "Operations", users };
  const { clock, usergroups: groups } = await usergroups({ usergroups: [group] });
  await groups.members("S0OPS");
  users.length = 0;
  await clock.advance(9_999);
  expect((await groups.members("S0OPS", 10_000)).size).toBe(1);
  expect((await groups.members("S0OPS", 0)).size).toBe(0);
  users.push("U0DAVE");
  expect((await groups.members("S0OPS", 10_000)).size).toBe(0);
  await clock.advance(10_000);
  expect([...(await groups.members("S0OPS", 10_000))]).toEqual(["U0DAVE"]);
});

test("does not take a refusal for an empty usergroup", async () => {
  const { usergroups: groups } = await usergroups({ app: { scopes: [] } });
  await expect(groups.members("S0PLATFORM")).rejects.toMatchObject({ name: "SlackError", code: "missing_scope" });
});
