import type { App } from "@slack/bolt";
import { afterEach, expect, test } from "vitest";
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

test("a page in place of Slack's answer does not count as a refused token: it keeps trying", async () => {
  const slack = await start();
  let pages = 1;
  const receiver = receive(slack, async (url, init) => {
    if (pages === 0) return globalThis.fetch(url, init);
    pages -= 1;
    return new Response("<html><body>Sign in to the network</body></html>");
  });
  await receiver.start();
  await until("the connection", () => receiver.isOpen());
});

test("what comes while it stops goes to another connection, unless it came before", async () => {
  const slack = await start();
  /** Starts a receiver; the commands and forms that it gave to Bolt. */
  async function taken(): Promise<{ readonly receiver: DrainingReceiver; readonly kinds: readonly string[] }> {
    const receiver = receive(slack);
    const kinds: string[] = [];
    const bolt: Pick<App, "processEvent"> = {
      async processEvent({ body }) {
        kinds.push(String(body.command ?? body.type));
      },
    };
    receiver.init(bolt as App);
    await receiver.start();
    return { receiver, kinds };
  }
  const view = { type: "modal", blocks: [] };
  slack.workspace.views.set("V1", { id: "V1", person: "U0ALICE", view, errors: {} });
  const acknowledged = () => slack.sockets.latencies.length;

  const stopping = await taken();
  slack.faults.order({ kind: "ack-lost", times: 1 });
  slack.acts.slash("U0ALICE", "C0ONCALL", "before");
  await until("the command before", () => stopping.kinds.length === 1);
  await stopping.receiver.drain(0);
  await until("the acknowledgement of its second delivery", () => acknowledged() === 1);
  slack.acts.slash("U0ALICE", "C0ONCALL", "meanwhile");
  slack.acts.endView("V1", "view_submission");
  const other = await taken();
  await until("both", () => acknowledged() === 3);
  expect([stopping.kinds, [...other.kinds].sort()]).toEqual([["/agents"], ["/agents", "view_submission"]]);
});
