import { WebClient } from "@slack/web-api";
import { afterEach, expect, test } from "vitest";
import { createPeople } from "../../../src/adapters/slack/people.ts";
import { createWhoAmI } from "../../../src/adapters/slack/self.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { start, stopAll } from "../../support/standin.ts";
import { until } from "../../support/time.ts";

afterEach(stopAll);

/** People of a workspace that has counted too many requests of Drydock's, on a clock of the test's. */
async function busy(times: number, maxWaiting?: number) {
  const slack = await start();
  const client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
  });
  const clock = manualClock();
  const people = createPeople({ client, clock, whoAmI: createWhoAmI(client), ...(maxWaiting ? { maxWaiting } : {}) });
  slack.faults.order({ kind: "api-429", method: "users.info", times, retryAfter: 30 });
  const asked = () => slack.calls.filter(({ method }) => method === "users.info").length;
  return { clock, people, asked };
}

test("people who ask while Slack allows no more requests are told how long, and answered in their turn", async () => {
  const { clock, people, asked } = await busy(3);
  const waits: number[] = [];
  const ids = ["U0ALICE", "U0BOB", "U0CAROL"];
  const all = ids.map((id) => people.person(id, 0, (ms) => waits.push(ms)));
  await until("everybody waits", () => waits.length === 3);
  expect([waits, asked()]).toEqual([[30_000, 30_000, 30_000], 3]);
  await clock.advance(30_000);
  expect((await Promise.all(all)).map((person) => person?.id)).toEqual(ids);
  expect(asked()).toBe(6);
});

test("what must not wait is refused at once", async () => {
  const { people } = await busy(1);
  await expect(people.person("U0ALICE", 5_000)).rejects.toMatchObject({ code: "ratelimited" });
});

test("if Slack goes on refusing, people are refused in the end", async () => {
  const { clock, people, asked } = await busy(10);
  let waits = 0;
  const person = people.person("U0ALICE", 0, () => {
    waits += 1;
  });
  const refused = expect(person).rejects.toMatchObject({ code: "ratelimited" });
  await until("the person waits", () => waits === 1);
  for (let calls = 1; calls < 4; calls += 1) {
    await clock.advance(30_000);
    await until("Slack is asked again", () => asked() === calls + 1);
  }
  await refused;
  expect(asked()).toBe(4);
});

test("no more people wait than the bound says: the next one is refused at once", async () => {
  const { clock, people, asked } = await busy(3, 2);
  let waits = 0;
  const all = ["U0ALICE", "U0BOB", "U0CAROL"].map((id) =>
    people.person(id, 0, () => {
      waits += 1;
    }),
  );
  await expect(Promise.race(all)).rejects.toMatchObject({ code: "ratelimited" });
  expect([waits, asked()]).toEqual([2, 3]);
  await clock.advance(30_000);
  const answered = (await Promise.allSettled(all)).filter(({ status }) => status === "fulfilled");
  expect([answered.length, asked()]).toEqual([2, 5]);
});

test("whoever waits when Drydock stops is refused, and leaves no timer behind", async () => {
  const { clock, people, asked } = await busy(2);
  let waits = 0;
  const onWait = () => {
    waits += 1;
  };
  const all = Promise.allSettled(["U0ALICE", "U0BOB"].map((id) => people.person(id, 0, onWait)));
  await until("both wait", () => waits === 2);
  people.letWait(false);
  expect((await all).map((one) => one.status === "rejected" && one.reason.code)).toEqual([
    "ratelimited",
    "ratelimited",
  ]);
  await clock.advance(120_000);
  expect(asked()).toBe(2);
});
