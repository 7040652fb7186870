import { afterEach, expect, test } from "vitest";
import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import { call, connect, start, stopAll } from "../support/standin.ts";
import { until } from "../support/time.ts";

afterEach(stopAll);

const modal = (more: object = {}) => ({
  type: "modal",
  title: { type: "plain_text", text: "Agents" },
  blocks: [{ type: "divider" }],
  ...more,
});

/** A trigger_id of something that Alice has just done. */
async function trigger(slack: SlackStandin, frames: readonly Record<string, unknown>[]): Promise<string> {
  const before = frames.length;
  slack.acts.slash("U0ALICE", "C0ONCALL", "status");
  const frame = await until("the command", () => frames[before]);
  return String((frame.payload as { trigger_id: string }).trigger_id);
}

interface View {
  readonly id: string;
  readonly hash: string;
  readonly previous_view_id: string | null;
  readonly blocks: readonly { readonly block_id: string }[];
}

async function open(slack: SlackStandin, method: string, args: object) {
  const { json } = await call(slack, method, { view: modal(), ...args });
  return { error: json.error, view: json.view as View };
}

test("a view lies above another one, three at most; the one below is there again once it is closed", async () => {
  const slack = await start();
  const frames = await connect(slack, true);
  expect((await open(slack, "views.push", { trigger_id: await trigger(slack, frames) })).error).toBe("not_found");
  const first = await open(slack, "views.open", { trigger_id: await trigger(slack, frames) });
  const second = await open(slack, "views.push", { trigger_id: await trigger(slack, frames) });
  expect([first.view.previous_view_id, second.view.previous_view_id]).toEqual([null, first.view.id]);
  await open(slack, "views.push", { trigger_id: await trigger(slack, frames) });
  const fourth = await open(slack, "views.push", { trigger_id: await trigger(slack, frames) });
  expect(fourth.error).toBe("push_limit_reached");
  for (const id of [...slack.workspace.views.keys()].slice(1)) slack.acts.endView(id, "view_closed");
  expect(slack.workspace.viewOf("U0ALICE")?.id).toBe(first.view.id);
});

test("a view that has changed since is not changed again by whoever says its old hash", async () => {
  const slack = await start();
  const frames = await connect(slack, true);
  const { view } = await open(slack, "views.open", { trigger_id: await trigger(slack, frames) });
  const update = (hash: string) => open(slack, "views.update", { view_id: view.id, hash });
  const changed = await update(view.hash);
  expect(changed.error).toBeUndefined();
  expect((await update(view.hash)).error).toBe("hash_conflict");
  expect((await update(changed.view.hash)).error).toBeUndefined();
  expect(view.blocks).toEqual([{ type: "divider", block_id: expect.stringMatching(/^\w{5}$/) }]);
});

test("a view is found by the external_id that its app gave it, which no other may have", async () => {
  const slack = await start();
  const frames = await connect(slack, true);
  const named = { view: modal({ external_id: "mine" }) };
  await open(slack, "views.open", { trigger_id: await trigger(slack, frames), ...named });
  const again = await open(slack, "views.open", { trigger_id: await trigger(slack, frames), ...named });
  expect(again.error).toBe("duplicate_external_id");
  expect((await open(slack, "views.update", { external_id: "mine", ...named })).error).toBeUndefined();
});

test("a trigger_id opens one view, within three seconds", async () => {
  const slack = await start();
  const frames = await connect(slack, true);
  const id = await trigger(slack, frames);
  expect((await open(slack, "views.open", { trigger_id: id })).error).toBeUndefined();
  expect((await open(slack, "views.open", { trigger_id: id })).error).toBe("exchanged_trigger_id");
  expect((await open(slack, "views.open", { trigger_id: "made-up" })).error).toBe("invalid_trigger_id");
});

test("the Home tab: an app hears that somebody opens it, and what it shows them", async () => {
  const slack = await start();
  const frames = await connect(slack, true);
  const home = { type: "home", blocks: [{ type: "divider" }] };
  const publish = (hash?: string) =>
    call(slack, "views.publish", { user_id: "U0ALICE", view: home, ...(hash ? { hash } : {}) });
  await publish();
  expect((await publish("an-old-hash")).json.error).toBe("hash_conflict");
  await fetch(`${slack.url}/_standin/home`, { method: "POST", body: JSON.stringify({ person: "U0ALICE" }) });
  const event = await until(
    "the event",
    () => frames.flatMap(({ payload }) => (payload as { event?: { type: string } } | undefined)?.event ?? [])[0],
  );
  expect(event).toMatchObject({ type: "app_home_opened", user: "U0ALICE", tab: "home", view: { type: "home" } });
});

test("a press on the Home tab arrives with that tab, and neither a channel nor a response_url", async () => {
  const slack = await start();
  const frames = await connect(slack, true);
  expect(() => slack.acts.pressInHome("U0ALICE", "Plan")).toThrow("not filled");
  const button = (n: number) => ({
    type: "button",
    action_id: `plan-${n}`,
    text: { type: "plain_text", text: "Plan" },
    value: `${n}`,
  });
  const view = {
    type: "home",
    private_metadata: "mine",
    blocks: [{ type: "actions", elements: [button(1), button(2)] }],
  };
  await call(slack, "views.publish", { user_id: "U0ALICE", view });
  slack.acts.pressInHome("U0ALICE", "Plan", "plan-2");
  const frame = await until("the press", () => frames.find(({ type }) => type === "interactive"));
  expect(frame.payload).toMatchObject({
    type: "block_actions",
    container: { type: "view" },
    view: { type: "home", private_metadata: "mine" },
    actions: [{ action_id: "plan-2", value: "2" }],
    trigger_id: expect.any(String),
  });
  for (const key of ["channel", "response_url"]) expect(frame.payload).not.toHaveProperty(key);
});

test("a shortcut on a message arrives with that message, where the app offers it", async () => {
  const slack = await start({ app: { shortcuts: ["explain"] } });
  const frames = await connect(slack, true);
  const { ts } = (await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "card" })).json;
  const choose = (callback: string) =>
    fetch(`${slack.url}/_standin/shortcut`, {
      method: "POST",
      body: JSON.stringify({ person: "U0ALICE", channel: "C0ONCALL", ts, callback }),
    });
  expect((await choose("other")).status).toBe(400);
  await choose("explain");
  const frame = await until("the shortcut", () => frames.find(({ type }) => type === "interactive"));
  expect(frame.payload).toMatchObject({
    type: "message_action",
    callback_id: "explain",
    message_ts: ts,
    user: { id: "U0ALICE" },
    message: { text: "card" },
    trigger_id: expect.any(String),
    response_url: expect.any(String),
  });
});
