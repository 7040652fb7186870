import { afterEach, describe, expect, test } from "vitest";
import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import { connect, start, stopAll } from "../support/standin.ts";
import { until } from "../support/time.ts";

afterEach(stopAll);

type Frames = readonly Record<string, unknown>[];

function commands(frames: Frames): Frames {
  return frames.filter(({ type }) => type === "slash_commands");
}

async function connectMany(slack: SlackStandin, count: number): Promise<Frames[]> {
  const all: Frames[] = [];
  for (let i = 0; i < count; i += 1) all.push(await connect(slack, true));
  return all;
}

describe("several sockets", () => {
  test("each hears in its hello how many there are, and each envelope goes to one of them", async () => {
    const slack = await start();
    const all = await connectMany(slack, 3);
    expect(all.map(([hello]) => hello?.num_connections)).toEqual([1, 2, 3]);
    for (let i = 0; i < 12; i += 1) slack.acts.slash("U0ALICE", "C0ONCALL", `${i}`);
    await until("all twelve", () => slack.sockets.latencies.length === 12);
    const texts = all.map((frames) => commands(frames).map(({ payload }) => (payload as { text: string }).text));
    expect(texts.flat().sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`));
    expect(texts.every((some) => some.length > 0)).toBe(true);
  });

  test("ten at most: the eleventh is told so instead of hello, and gets in when one has gone", async () => {
    const slack = await start();
    await connectMany(slack, 10);
    const eleventh = await connect(slack, true, "disconnect");
    expect(eleventh).toEqual([expect.objectContaining({ type: "disconnect", reason: "too_many_websockets" })]);
    expect(slack.sockets.sockets.size).toBe(10);
    const [first] = slack.sockets.sockets;
    first?.terminate();
    await until("nine", () => slack.sockets.sockets.size === 9);
    const [hello] = await connect(slack, true);
    expect(hello?.num_connections).toBe(10);
  });
});

describe("Slack ends a connection", () => {
  test("with a warning before, then with a request to refresh", async () => {
    const slack = await start();
    const frames = await connect(slack, true);
    slack.sockets.warn();
    slack.acts.slash("U0ALICE", "C0ONCALL", "still here");
    await until("what comes after the warning", () => commands(frames).length === 1);
    slack.sockets.recycle();
    await until("the end", () => slack.sockets.sockets.size === 0);
    const reasons = frames.filter(({ type }) => type === "disconnect").map(({ reason }) => reason);
    expect(reasons).toEqual(["warning", "refresh_requested"]);
  });

  test("with link_disabled when Socket Mode is switched off, until it is switched on", async () => {
    const slack = await start();
    const frames = await connect(slack, true);
    slack.sockets.switchOff();
    await until("the end", () => slack.sockets.sockets.size === 0);
    expect(frames.at(-1)).toMatchObject({ type: "disconnect", reason: "link_disabled" });
    expect((await connect(slack, true, "disconnect")).at(-1)).toMatchObject({ reason: "link_disabled" });
    slack.sockets.switchOn();
    expect((await connect(slack, true)).at(0)).toMatchObject({ type: "hello" });
  });
});

test("a modal says that the app did not respond, and a search ends", async () => {
  const slack = await start();
  await connect(slack, false);
  const view = { type: "modal", blocks: [] };
  slack.workspace.views.set("V1", { id: "V1", person: "U0ALICE", view, errors: {} });
  slack.acts.endView("V1", "view_submission");
  await expect(slack.acts.search("V1", "f", "web")).rejects.toThrow("The app did not respond.");
  const shown = slack.workspace.views.get("V1");
  await until("the notice", () => shown?.notice === "We had some trouble connecting. Try again?");
  expect(slack.workspace.messages).toEqual([]);
});
