import { WebClient } from "@slack/web-api";
import { createHomes } from "../../../src/adapters/slack/homes.ts";
import { createPrivateAnswer } from "../../../src/adapters/slack/private-answer.ts";
import { openSlack } from "../../../src/adapters/slack/slack.ts";
import type { Clock, Person } from "../../../src/core/ports.ts";
import { type Modal, say } from "../../../src/core/view.ts";
import { keepLog } from "../../support/silent-log.ts";
import type { Emulate } from "./start-emulate.ts";

/** Where to call: a public and a private channel with a message of the app's own in each, and somebody who is in both. */
export interface Place {
  readonly channels: readonly { readonly id: string; readonly ts: string }[];
  readonly person: string;
}

/** Time that runs a thousand times as fast: the outbox leaves a second between posts. */
const FAST: Clock = {
  now: () => Date.now() * 1_000,
  monotonic: () => performance.now() * 1_000,
  after(ms, task) {
    const timer = setTimeout(task, ms / 1_000);
    return () => clearTimeout(timer);
  },
};

const FORM: Modal = {
  key: "adjust-form",
  title: "Adjust",
  parts: [],
  form: {
    submit: "Plan",
    command: "adjust",
    args: [],
    fields: [{ kind: "text", id: "reason", label: "Reason", value: "" }],
  },
};

/** Has Drydock's Slack adapter make every call of the Web API that it can make, in each channel. Refusals end only what they refuse. */
export async function callEverything(
  emulate: Emulate,
  token: string,
  { channels, person }: Place,
): Promise<{ readonly person: Person | undefined }> {
  const log = keepLog();
  const slack = await openSlack(
    {
      botToken: token,
      incoming: { mode: "http", signingSecret: "none", host: "127.0.0.1", port: 0 },
      apiUrl: emulate.apiUrl,
      word: "/agents",
    },
    { clock: FAST, log },
  );
  const client = new WebClient(token, { slackApiUrl: emulate.apiUrl, retryConfig: { retries: 0 } });
  const { thread } = slack;
  const view = say("view", "Something to read");
  const calls: (() => Promise<unknown>)[] = [];
  for (const { id: channel, ts } of channels) {
    const call = { via: "mention", person, channel, thread: ts, text: "status" } as const;
    const privately = (way: { trigger?: string; view?: string | undefined }) =>
      createPrivateAnswer(
        { call, replaces: false, respond: undefined, trigger: way.trigger, view: way.view },
        { client, clock: FAST, log },
      );
    calls.push(
      () => thread.post({ channel, key: "k1", view }),
      () => thread.post({ channel, thread: ts, key: "k2", view }),
      () => thread.find({ channel, key: "k1", since: Date.now() }),
      () => thread.find({ channel, thread: ts, key: "k2", since: Date.now() }),
      () => thread.link({ channel, ts }),
      () => thread.edit({ channel, ts, key: "k1", draw: () => view }),
      () => thread.upload({ channel, thread: ts, name: "prod-1.csv", title: "prod-1", text: "agent" }),
      () => thread.hasFile({ channel, thread: ts, name: "prod-1.csv", since: Date.now() }),
      () => slack.channels.look(channel, { guests: true }),
      () => privately({}).finish(view),
      async () => {
        const opened = await privately({ trigger: await emulate.trigger(token, person) }).finish(FORM);
        await privately({ view: opened }).finish(FORM);
      },
    );
  }
  // With a person themselves, and on their own page.
  const homes = createHomes({ home: async () => view }, { client, clock: FAST, log });
  calls.push(
    () => thread.post({ channel: person, key: "k3", view }),
    () => thread.find({ channel: person, key: "k3", since: Date.now() }),
    () => homes.opened(person, person),
  );
  const [known] = await Promise.allSettled([
    slack.people.person(person),
    slack.usergroups.members("S0PLATFORM"),
    ...calls.map((call) => call()),
  ]);
  await slack.stop();
  return { person: known.status === "fulfilled" ? known.value : undefined };
}
