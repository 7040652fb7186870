import { WebClient } from "@slack/web-api";
import { afterEach, expect, test } from "vitest";
import { TEAM } from "../../playground/slack/workspace.ts";
import { createPeople } from "../../src/adapters/slack/people.ts";
import { createSdkLog } from "../../src/adapters/slack/sdk-log.ts";
import { readTime } from "../../src/conversation/local-time.ts";
import { createIdentities } from "../../src/people/identity.ts";
import type { Projections } from "../../src/projections/projections.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { manualClock } from "../support/manual-clock.ts";
import { policyWith } from "../support/policy.ts";
import { keepLog } from "../support/silent-log.ts";
import { start, stopAll } from "../support/standin.ts";

afterEach(stopAll);

const NEW_YORK = { days: ["sat" as const], from: 0, to: 600, zone: "America/New_York" };

/** What 22:30 is to somebody in this zone, on a server whose windows are New York's. */
async function halfPastTen(tz: string | undefined) {
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
  const { at, said } = readTime("22:30", server, { zone, now: clock.now() });
  return { at: new Date(at).toISOString(), said };
}

test.each([
  [
    "Europe/Berlin",
    "2026-11-24T21:30:00.000Z",
    "Tue 2026-11-24 22:30 (Europe/Berlin), Tue 2026-11-24 16:30 (America/New_York)",
  ],
  [undefined, "2026-11-25T03:30:00.000Z", "Tue 2026-11-24 22:30 (America/New_York)"],
  ["Mars/Olympus", "2026-11-25T03:30:00.000Z", "Tue 2026-11-24 22:30 (America/New_York)"],
])(
  "a time is meant in the zone that Slack tells of whoever typed it (%s), else in the server's",
  async (tz, at, said) => {
    expect(await halfPastTen(tz)).toEqual({ at, said });
  },
);
