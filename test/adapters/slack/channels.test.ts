import { WebClient } from "@slack/web-api";
import { afterEach, describe, expect, test } from "vitest";
import { createChannels } from "../../../src/adapters/slack/channels.ts";
import { createPeople } from "../../../src/adapters/slack/people.ts";
import { createWhoAmI } from "../../../src/adapters/slack/self.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { start, stopAll } from "../../support/standin.ts";

afterEach(stopAll);

const SECOND = 1_000;

/** What Drydock finds in a channel of so many members, on a clock of the test's. */
async function look(members: number) {
  const people = Array.from({ length: members }, (_, i) => ({ id: `U0P${i}`, name: `p${i}` }));
  const guest = { id: "U0GUEST", name: "guest", is_restricted: true };
  const channel = { id: "C0MANY", name: "many", bot: true, members: people.map(({ id }) => id) };
  const slack = await start({ people: [...people, guest], channels: [channel] });
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
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
