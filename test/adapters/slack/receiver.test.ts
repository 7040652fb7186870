import { afterEach, test } from "vitest";
import { createReceiver, type DrainingReceiver } from "../../../src/adapters/slack/receiver.ts";
import { createSdkLog } from "../../../src/adapters/slack/sdk-log.ts";
import { NO_METER } from "../../../src/core/meter.ts";
import { keepLog } from "../../support/silent-log.ts";
import { start, stopAll } from "../../support/standin.ts";
import { clock, until } from "../../support/time.ts";

const receivers: DrainingReceiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop();
  await stopAll();
});

type Slack = Awaited<ReturnType<typeof start>>;

function receive(slack: Slack, fetch = globalThis.fetch): DrainingReceiver {
  const log = keepLog();
  const settings = { appToken: slack.appToken, apiUrl: slack.apiUrl, fetch };
  const receiver = createReceiver(settings, { clock, log, logger: createSdkLog(log, { clock }), meter: NO_METER });
  receivers.push(receiver);
  return receiver;
}

test("stopped while it connects, it leaves no connection", async () => {
  const slack = await start();
  let goOn: (() => void) | undefined;
  const receiver = receive(slack, async (url, init) => {
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    return globalThis.fetch(url, init);
  });
  const started = receiver.start();
  const held = await until("the question for an address", () => goOn);
  await receiver.stop();
  held();
  await started;
  await until("the end of the connection", () => slack.sockets.sockets.size === 0);
});
