import { WebClient } from "@slack/web-api";
import { afterEach, expect, test } from "vitest";
import { createOutbox } from "../../../src/adapters/slack/outbox.ts";
import { createWhoAmI } from "../../../src/adapters/slack/self.ts";
import { createThread } from "../../../src/adapters/slack/thread.ts";
import { say } from "../../../src/core/view.ts";
import { systemClock } from "../../../src/system.ts";
import { start, stopAll } from "../../support/standin.ts";
import { clock } from "../../support/time.ts";

afterEach(stopAll);

test("a message carries its own key and that of the view that it shows, also once it shows another", async () => {
  const slack = await start();
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const outbox = createOutbox({ clock: systemClock });
  const thread = createThread({ client, outbox, whoAmI: createWhoAmI(client) });
  const message = { channel: "C0ONCALL", key: "prod-1/card" };
  const shown = () => slack.workspace.messages.map(({ metadata }) => metadata);
  const carrying = (view: string) => ({ event_payload: { key: message.key, view } });

  const posted = await thread.post({ ...message, view: say("request", "It asks for approval.") });
  expect(shown()).toMatchObject([carrying("request")]);
  await thread.edit({ ...message, ...posted, draw: () => say("card", "It runs.") });
  expect(shown()).toMatchObject([carrying("card")]);
  expect(await thread.find({ ...message, since: clock.now() })).toEqual(posted);
  outbox.close();
});
