import { WebClient } from "@slack/web-api";
import { afterEach, expect, test } from "vitest";
import { TEAM } from "../../playground/slack/workspace.ts";
import { createPeople } from "../../src/adapters/slack/people.ts";
import { createSdkLog } from "../../src/adapters/slack/sdk-log.ts";
import { readTime } from "../../src/conversation/local-time.ts";
import { lineText } from "../../src/core/view.ts";
import { createIdentities } from "../../src/people/identity.ts";
import type { Projections } from "../../src/projections/projections.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { manualClock } from "../support/manual-clock.ts";
import { policyWith } from "../support/policy.ts";
import { keepLog } from "../support/silent-log.ts";
import { start, stopAll } from "../support/standin.ts";

afterEach(stopAll);

const NEW_YORK = { days: ["sat" as const], from: 0, to: 600, zone: "America/New_York" };

/** What a time is to somebody in this zone, on a server whose windows are New York's. */
async function timeIn(tz: string | undefined, typed = "22:30") {
  const slack = await start({
    people: [{ id: "U0EVE", name: "eve", ...(tz === undefined ? {} : { tz }) }],
  });
  const logger = createSdkLog(keepLog(), { clock: manualClock() });
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, logger });
  const clock = manualClock(Date.parse("2026-11-24T12:00:00Z"));
  const people = createPeople({ client, clock, whoAmI: async () => ({ user: "UBOT", bot: undefined, team: TEAM }) });
  const settings = { emailDomains: [], mapping: new Map(), onCall: [] };
  const identities = createIdentities({ people, projections: {} as Projections, settings });
  const { zone } = await identities.member("U0EVE", "look");
  const server = { name: "prod", policy: policyWith({ windows: [NEW_YORK] }) } as ManagedServer;
  const { at, said } = readTime(typed, server, { zone, now: clock.now() });
  return { at: new Date(at).toISOString(), said: lineText(said) };
}

test.each([
  ["Europe/Berlin", "2026-11-24T21:30:00.000Z", "22:30 your time (21:30 UTC)"],
  [undefined, "2026-11-25T03:30:00.000Z", "22:30 in America/New_York (03:30 UTC)"],
  ["Mars/Olympus", "2026-11-25T03:30:00.000Z", "22:30 in America/New_York (03:30 UTC)"],
])(
  "a time is meant in the zone that Slack tells of whoever typed it (%s), else in the server's",
  async (tz, at, said) => {
    expect(await timeIn(tz)).toEqual({ at, said });
  },
);

test.each([
  ["sat 22:00", "sat 22:00 your time (Sat 2026-11-28 21:00 UTC)"],
  ["22:30 UTC", "22:30 UTC"],
  ["23:30  Asia/Tokyo", "23:30 Asia/Tokyo (14:30 UTC)"],
  ["4h", "2026-11-24 16:00 UTC (4h from now)"],
  ["in 1h30m", "2026-11-24 13:30 UTC (1h30m from now)"],
  ["10pm", "10pm your time (21:00 UTC)"],
  ["2026-12-01T06:00", "2026-12-01T06:00 your time (Tue 2026-12-01 05:00 UTC)"],
])("%s is repeated as it was typed, with UTC beside it: %s", async (typed, said) => {
  expect((await timeIn("Europe/Berlin", typed)).said).toBe(said);
});
