import { WebClient } from "@slack/web-api";
import { afterEach, describe, expect, test } from "vitest";
import type { SlackStandin } from "../../../playground/slack/start-slack.ts";
import { createChannels } from "../../../src/adapters/slack/channels.ts";
import { createPeople } from "../../../src/adapters/slack/people.ts";
import { createWhoAmI } from "../../../src/adapters/slack/self.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { start, stopAll } from "../../support/standin.ts";
import { until } from "../../support/time.ts";

afterEach(stopAll);

const SECOND = 1_000;

/** As Drydock makes it. */
function clientOf({ botToken, apiUrl }: SlackStandin): WebClient {
  const noRetries = { rejectRateLimitedCalls: true, retryConfig: { retries: 0 } };
  return new WebClient(botToken, { slackApiUrl: apiUrl, ...noRetries });
}

/** What Drydock finds in a channel of so many members, on a clock of the test's. */
async function look(members: number) {
  const people = Array.from({ length: members }, (_, i) => ({ id: `U0P${i}`, name: `p${i}` }));
  const guest = { id: "U0GUEST", name: "guest", is_restricted: true };
  const channel = { id: "C0MANY", name: "many", bot: true, members: people.map(({ id }) => id) };
  const slack = await start({ people: [...people, guest], channels: [channel] });
  const client = clientOf(slack);
  const clock = manualClock();
  const whoAmI = createWhoAmI(client);
  const channels = createChannels({ client, clock, whoAmI, people: createPeople({ client, clock, whoAmI }) });
  return { slack, people, clock, at: (fresh: boolean) => channels.look("C0MANY", { guests: true, fresh }) };
}

describe("who reads along is at most a minute old, and looked at again before a post", () => {
  test.each([3, 80])("a guest joins a channel of %i members", async (members) => {
    const { slack, clock, at } = await look(members);
    expect(await at(true)).toMatchObject({ shared: false, guests: false });
    slack.workspace.join("C0MANY", "U0GUEST");
    await clock.advance(3 * SECOND);
    expect(await at(false)).toMatchObject({ guests: false });
    expect(await at(true)).toMatchObject({ guests: true });
  });

  test("people who were looked at before are not asked for again each time", async () => {
    const { slack, clock, at } = await look(30);
    await at(true);
    const asked = () => slack.calls.filter(({ method }) => method === "users.info").length;
    const first = asked();
    for (let i = 0; i < 4; i += 1) {
      await clock.advance(30 * SECOND);
      await at(true);
    }
    expect(asked() - first).toBeLessThanOrEqual(2 * 25);
    const before = asked();
    slack.workspace.join("C0MANY", "U0GUEST");
    await clock.advance(3 * SECOND);
    expect([await at(true), asked()]).toMatchObject([{ guests: true }, before + 1]);
  });

  test.each([3, 24, 80])("a member of a channel of %i becomes a guest", async (members) => {
    const { slack, clock, at, people } = await look(members);
    expect(await at(true)).toMatchObject({ guests: false });
    Object.assign(people[1] ?? {}, { is_restricted: true });
    await clock.advance(61 * SECOND);
    expect(await at(false)).toMatchObject({ guests: true });
    // One page has this whole workspace.
    expect(slack.calls.filter(({ method }) => method === "users.list").length).toBe(members > 60 ? 2 : 0);
  });

  test("it is shared with another organization", async () => {
    const { slack, clock, at } = await look(3);
    await at(false);
    slack.workspace.share("C0MANY");
    await clock.advance(60 * SECOND);
    expect(await at(false)).toMatchObject({ shared: true });
  });

  test("a burst of posts asks once", async () => {
    const { slack, at } = await look(3);
    await Promise.all([at(true), at(true), at(true)]);
    await at(true);
    expect(slack.calls.filter(({ method }) => method === "conversations.info")).toHaveLength(1);
  });
});

describe("people are asked about within Slack's budget, whatever is shown where", () => {
  const MINUTE = 60 * SECOND;

  /** Channels whose members have nobody in common, looked at again and again as by rollouts in each of them. */
  async function lookAtAll(channels: number, members: number, minutes: number) {
    const people = Array.from({ length: channels * members }, (_, i) => ({ id: `U0P${i}`, name: `p${i}` }));
    const ids = people.map(({ id }) => id);
    const shown = Array.from({ length: channels }, (_, i) => ({
      id: `C0N${i}`,
      name: `n${i}`,
      bot: true,
      members: ids.slice(i * members, (i + 1) * members),
    }));
    const clock = manualClock();
    const slack = await start({ people, channels: shown, clock });
    const client = clientOf(slack);
    const whoAmI = createWhoAmI(client);
    const places = createChannels({ client, clock, whoAmI, people: createPeople({ client, clock, whoAmI }) });
    const found: boolean[] = [];
    for (let at = 0; at < minutes * MINUTE; at += 10 * SECOND) {
      const looks = await Promise.all(shown.map(({ id }) => places.look(id, { guests: true, fresh: true })));
      found.push(...looks.map(({ guests }) => guests));
      await clock.advance(10 * SECOND);
    }
    const asked = slack.calls.filter(({ method }) => method === "users.info").map(({ at }) => at);
    const most = Math.max(0, ...asked.map((from) => asked.filter((at) => at >= from && at < from + MINUTE).length));
    return { refused: slack.calls.filter(({ status }) => status === 429), most, found };
  }

  test.each([
    [5, 30],
    [8, 20],
  ])("%i channels of %i members", async (channels, members) => {
    const { refused, most, found } = await lookAtAll(channels, members, 4);
    expect(refused).toEqual([]);
    // The rest of the hundred is for those who press, and for the owners of what runs.
    expect(most).toBeLessThanOrEqual(60);
    expect(found).not.toContain(true);
  });

  test("a list that Slack refuses for a moment is read on", async () => {
    const { slack, clock, at } = await look(80);
    slack.faults.order({ kind: "api-429", times: 1, method: "users.list", retryAfter: 3 });
    const answer = at(true);
    await until("the refusal", () =>
      slack.calls.some(({ method, status }) => method === "users.list" && status === 429),
    );
    for (let i = 0; i < 4; i += 1) await clock.advance(SECOND);
    expect(await answer).toMatchObject({ guests: false });
  });
});
