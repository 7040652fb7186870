import { WebAPIRateLimitedError } from "@slack/web-api";
import { describe, expect, test } from "vitest";
import { createOutbox } from "../../src/adapters/slack/outbox.ts";
import { manualClock } from "../support/manual-clock.ts";

function setup() {
  const clock = manualClock(1_000_000);
  const sent: string[] = [];
  const call = (name: string) => async () => void sent.push(`${clock.now() - 1_000_000} ${name}`);
  return { clock, sent, call, outbox: createOutbox({ clock }) };
}

describe("the outbox", () => {
  test("posts once a second in a channel, and at once in another", async () => {
    const { clock, sent, call, outbox } = setup();
    for (const name of ["a1", "a2", "a3"]) void outbox.post("A", call(name));
    void outbox.post("B", call("b1"));
    await clock.advance(5_000);
    expect(sent).toEqual(["0 a1", "0 b1", "1000 a2", "2000 a3"]);
  });

  test("edits a message every three seconds at most, and sends only the newest", async () => {
    const { clock, sent, call, outbox } = setup();
    const done = ["1", "2", "3"].map((name) => outbox.edit("A 1", call(name)));
    await clock.advance(10_000);
    await Promise.all(done);
    expect(sent).toEqual(["0 1", "3000 3"]);
  });

  test("edits 40 times a minute at most, whatever the messages", async () => {
    const { clock, sent, call, outbox } = setup();
    for (let i = 0; i < 60; i += 1) void outbox.edit(`A ${i}`, call(`${i}`));
    await clock.advance(59_000);
    expect(sent).toHaveLength(40);
    await clock.advance(2_000);
    expect(sent).toHaveLength(60);
  });

  test("waits for Retry-After in that channel alone, and gives everything else to the caller at once", async () => {
    const { clock, sent, call, outbox } = setup();
    let limited = true;
    const first = outbox.post("A", async () => {
      if (limited) {
        limited = false;
        throw new WebAPIRateLimitedError(7);
      }
      return call("a1")();
    });
    const second = outbox.post("B", call("b1"));
    await clock.advance(6_900);
    expect(sent).toEqual(["0 b1"]);
    await clock.advance(200);
    await Promise.all([first, second]);
    expect(sent).toEqual(["0 b1", "7000 a1"]);
    let tries = 0;
    const broken = outbox.post("C", async () => {
      tries += 1;
      throw new Error("500");
    });
    await expect(broken).rejects.toThrow("500");
    expect(tries).toBe(1);
  });

  test("is bounded, and refuses what waits when it is closed", async () => {
    const { call, outbox } = setup();
    const waiting = Array.from({ length: 2_001 }, (_, i) => outbox.post("A", call(`${i}`)));
    const failed = waiting.map((post) =>
      post.then(
        () => "sent",
        (error: unknown) => String(error),
      ),
    );
    await expect(outbox.post("A", call("too many"))).rejects.toThrow("2000 messages wait");
    outbox.close();
    expect(await failed[5]).toContain("stopping");
    await expect(outbox.post("A", call("late"))).rejects.toThrow("stopping");
  });
});
