import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { wallClock } from "../../playground/clock.ts";
import type { SlackFault } from "../../playground/slack/faults.ts";
import { Faults } from "../../playground/slack/faults.ts";
import { HttpDelivery } from "../../playground/slack/http-delivery.ts";
import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import { call, connect, start, stopAll } from "../support/standin.ts";
import { clock, until } from "../support/time.ts";

afterEach(stopAll);

const post = (slack: SlackStandin) => call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t" });

function commands(frames: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] {
  return frames.filter(({ type }) => type === "slash_commands");
}

describe("what the Web API does wrong by order", () => {
  test.each<[SlackFault["kind"], number, unknown, number]>([
    ["api-503", 503, "service_unavailable", 0],
    ["api-503-done", 503, "service_unavailable", 1],
    ["api-429", 429, "ratelimited", 0],
    ["missing-scope", 200, "missing_scope", 0],
    ["token-revoked", 200, "token_revoked", 0],
  ])("%s: once, and only for its method", async (kind, status, error, posted) => {
    const slack = await start();
    slack.faults.order({ kind, times: 1, method: "chat.postMessage" });
    expect((await call(slack, "auth.test", {})).json.ok).toBe(true);
    const wrong = await post(slack);
    expect([wrong.status, wrong.json.error, slack.workspace.messages.length]).toEqual([status, error, posted]);
    expect((await post(slack)).json.ok).toBe(true);
    expect(slack.faults.left()).toEqual({});
  });

  test("api-429: says how long to wait; another method is answered meanwhile", async () => {
    const slack = await start();
    slack.faults.order({ kind: "api-429", times: 2, method: "chat.postMessage", retryAfter: 10 });
    expect((await post(slack)).retryAfter).toBe("10");
    expect((await call(slack, "auth.test", {})).json.ok).toBe(true);
    slack.faults.order({ kind: "api-429", times: 1, method: "chat.postMessage" });
    expect((await post(slack)).retryAfter).toBe("1");
  });

  test("api-late: the answer comes, but not before its time", async () => {
    const slack = await start();
    slack.faults.order({ kind: "api-late", times: 1, ms: 60_000 });
    const before = clock.now();
    expect((await post(slack)).json.ok).toBe(true);
    expect(clock.now() - before).toBeGreaterThanOrEqual(60_000);
  });

  test("an order that nobody can follow is answered with a sentence; 0 takes an order back", async () => {
    const { faults, url } = await start();
    expect(() => faults.order({ kind: "no-such" as "twice", times: 1 })).toThrow(
      'There is no fault "no-such". Known: ',
    );
    expect(() => faults.order({ kind: "twice", times: -1 })).toThrow("times wants a whole number from 0 on");
    const said = await fetch(`${url}/_standin/fault`, {
      method: "POST",
      body: JSON.stringify({ kind: "twice", times: 5 }),
    });
    expect([said.status, faults.left()]).toEqual([200, { twice: 5 }]);
    faults.order({ kind: "twice", times: 0 });
    expect(faults.left()).toEqual({});
  });
});

describe("what the connection does wrong by order", () => {
  test("ack-lost: the envelope comes again, with the same id", async () => {
    const slack = await start();
    const frames = await connect(slack, true);
    slack.faults.order({ kind: "ack-lost", times: 1 });
    slack.acts.slash("U0ALICE", "C0ONCALL", "status");
    const again = await until("a redelivery", () => frames.find(({ retry_attempt }) => retry_attempt === 1));
    expect(again.envelope_id).toBe(commands(frames)[0]?.envelope_id);
  });

  test("twice: the same envelope two times; out-of-order: the next one overtakes it", async () => {
    const slack = await start();
    const frames = await connect(slack, true);
    slack.faults.order({ kind: "twice", times: 1 });
    slack.acts.slash("U0ALICE", "C0ONCALL", "one");
    await until("both", () => commands(frames).length === 2);
    expect(new Set(commands(frames).map(({ envelope_id }) => envelope_id)).size).toBe(1);
    slack.faults.order({ kind: "out-of-order", times: 1 });
    slack.acts.slash("U0ALICE", "C0ONCALL", "two");
    slack.acts.slash("U0ALICE", "C0ONCALL", "three");
    await until("all", () => commands(frames).length === 4);
    const texts = commands(frames).map(({ payload }) => (payload as { text: string }).text);
    expect(texts).toEqual(["one", "one", "three", "two"]);
  });

  test("socket-cut: what was sent is delivered again on the next connection", async () => {
    const slack = await start();
    await connect(slack, false);
    slack.faults.order({ kind: "socket-cut", times: 1 });
    slack.acts.slash("U0ALICE", "C0ONCALL", "status");
    await until("the end of the connection", () => slack.sockets.sockets.size === 0);
    const frames = await connect(slack, true);
    await until("the command", () => commands(frames).length > 0);
  });

  test("over HTTP an event is sent again until it is taken; what a person did is not, and they are told", async () => {
    const retries: (string | undefined)[] = [];
    const app = createServer((request, response) => {
      retries.push(request.headers["x-slack-retry-num"] as string | undefined);
      response.writeHead(retries.length === 1 ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    const { port } = app.address() as AddressInfo;
    const told: unknown[] = [];
    const faults = new Faults(wallClock);
    const http = new HttpDelivery(
      () => `http://127.0.0.1:${port}`,
      "secret",
      { clock: wallClock, faults, unanswered: (payload) => told.push(payload) },
      [10, 10],
    );
    try {
      faults.order({ kind: "ack-lost", times: 1 });
      await new Promise((acknowledged) => http.send("events_api", { event: 1 }, acknowledged));
      expect([retries, told]).toEqual([[undefined, "1", "2"], []]);
      faults.order({ kind: "ack-lost", times: 1 });
      http.send("slash_commands", { command: "/agents" });
      await until("the notice", () => told.length === 1);
      expect(retries).toHaveLength(4);
    } finally {
      http.close();
      app.close();
    }
  });
});
