import type { App } from "@slack/bolt";
import { afterEach, expect, test } from "vitest";
import { freePort } from "../../../playground/free-port.ts";
import { createHttpReceiver } from "../../../src/adapters/slack/http-receiver.ts";
import { createSdkLog } from "../../../src/adapters/slack/sdk-log.ts";
import { NO_METER } from "../../../src/core/meter.ts";
import { systemClock as clock } from "../../../src/system.ts";
import { keepLog } from "../../support/silent-log.ts";
import { start, stopAll } from "../../support/standin.ts";
import { until } from "../../support/time.ts";

afterEach(stopAll);

test("what comes while it stops is refused, so that a form stays open and says that it was not sent", async () => {
  const port = await freePort();
  // The SDK checks signatures by the machine's time.
  const slack = await start({ clock, http: () => `http://127.0.0.1:${port}/slack/events` });
  const log = keepLog();
  const receiver = createHttpReceiver(
    { signingSecret: slack.signingSecret, host: "127.0.0.1", port },
    { clock, log, logger: createSdkLog(log, { clock }), meter: NO_METER },
  );
  const kinds: string[] = [];
  const bolt: Pick<App, "processEvent"> = {
    async processEvent({ body }) {
      kinds.push(String(body.type));
    },
  };
  receiver.init(bolt as App);
  await receiver.start();
  await receiver.drain(0);
  slack.workspace.views.set("V1", { id: "V1", person: "U0ALICE", view: { type: "modal", blocks: [] }, errors: {} });
  slack.acts.endView("V1", "view_submission");
  await until(
    "its end, or a notice",
    () => slack.workspace.views.get("V1")?.notice ?? !slack.workspace.views.has("V1"),
  );
  await receiver.stop();
  expect([kinds, slack.http.statuses, slack.workspace.viewOf("U0ALICE")?.notice]).toEqual([
    [],
    [503],
    "We had some trouble connecting. Try again?",
  ]);
});
