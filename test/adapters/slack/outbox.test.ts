import { WebAPIRateLimitedError } from "@slack/web-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOutbox } from "../../../src/adapters/slack/outbox.ts";
import { manualClock } from "../../support/manual-clock.ts";

/** What people and rollouts ask of the outbox, and what Slack does with it. */
const story = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("post" as const), place: fc.constantFrom("A", "B") }),
    fc.record({
      kind: fc.constant("edit" as const),
      place: fc.constantFrom("A 1", "A 2", "B 3", "B 4", "B 5", "B 6", "B 7"),
      pressed: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("pause" as const), ms: fc.integer({ min: 1, max: 4_000 }) }),
  ),
  { minLength: 1, maxLength: 150 },
);
/** For one call after the other: how long it takes, and the Retry-After in seconds if it is refused. */
const slackAnswers = fc.array(
  fc.record({
    ms: fc.integer({ min: 0, max: 1_500 }),
    retryAfter: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 4 }),
  }),
  { maxLength: 30 },
);

type PlanSource<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** After so many refusals of one message the outbox gives up. */
const TRIES = 10;

interface Sent {
  readonly kind: "post" | "edit";
  readonly place: string;
  readonly at: number;
  readonly n: number;
  /** Whether a press waited for it. */
  readonly pressed: boolean;
  /** Until when Slack refused it, and how many calls there were by then; undefined = Slack took it. */
  refused?: { readonly until: number; readonly after: number };
}

/** Lives through a story to its end. */
async function live(ops: PlanSource<typeof story>, answers: PlanSource<typeof slackAnswers>) {
  const clock = manualClock(1_000_000);
  const outbox = createOutbox({ clock });
  const sent: Sent[] = [];
  const settled: Promise<unknown>[] = [];
  const presses = new Map<string, number>();
  const newest = new Map<string, number>();
  let refusals = 0;
  const left = answers.filter(({ retryAfter }) => {
    refusals += retryAfter === null ? 0 : 1;
    return retryAfter === null || refusals < TRIES;
  });
  const run = (kind: Sent["kind"], place: string, n: number) => async () => {
    const isPressed = (presses.get(place) ?? 0) > 0;
    presses.delete(place);
    const call: Sent = { kind, place, at: clock.now(), n, pressed: isPressed };
    sent.push(call);
    const answer = left.shift();
    await new Promise<void>((resolve) => void clock.after(answer?.ms ?? 0, resolve));
    if (answer?.retryAfter == null) return;
    call.refused = { until: clock.now() + answer.retryAfter * 1000, after: sent.length };
    if (isPressed) presses.set(place, 1);
    throw new WebAPIRateLimitedError(answer.retryAfter);
  };
  let n = 0;
  for (const op of ops) {
    n += 1;
    if (op.kind === "pause") await clock.advance(op.ms);
    else {
      newest.set(`${op.kind} ${op.place}`, n);
      if (op.kind === "edit" && op.pressed) presses.set(op.place, 1);
      settled.push(
        op.kind === "post"
          ? outbox.post(op.place, run("post", op.place, n))
          : outbox.edit(op.place, run("edit", op.place, n), { pressed: op.pressed }),
      );
    }
  }
  await clock.advance(1_000_000);
  // Nothing is lost: everybody who asked learns that it was done.
  await Promise.all(settled);
  const of = (kind: Sent["kind"]) => sent.filter((call) => call.kind === kind);
  return { sent, posts: of("post"), edits: of("edit"), newest, ops };
}

function* pairs(calls: readonly Sent[]): Generator<readonly [Sent, Sent]> {
  for (const place of new Set(calls.map((call) => call.place))) {
    const own = calls.filter((call) => call.place === place);
    for (const [i, before] of own.entries()) {
      const after = own[i + 1];
      if (after) yield [before, after];
    }
  }
}

describe("whatever is asked of it, and whatever Slack answers", () => {
  const holds = (check: (lived: Awaited<ReturnType<typeof live>>) => void) =>
    fc.assert(
      fc.asyncProperty(story, slackAnswers, async (ops, answers) => check(await live(ops, answers))),
      {
        numRuns: 100,
      },
    );

  test("it stays within the budgets, and nothing is sent before Retry-After is over", async () => {
    await holds(({ sent, posts, edits }) => {
      const times = edits.map(({ at }) => at);
      for (const [i, at] of times.entries())
        expect((times[i + 40] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(60_000);
      for (const [i, { at, pressed }] of edits.entries())
        if (!pressed) expect(times.slice(0, i).filter((time) => time > at - 10_000).length).toBeLessThan(5);
      for (const [before, after] of pairs(posts)) expect(after.at - before.at).toBeGreaterThanOrEqual(1_000);
      for (const { refused, kind, place } of sent)
        for (const call of sent.slice(refused?.after ?? sent.length))
          if (call.kind === kind && (kind === "edit" || call.place === place))
            expect(call.at).toBeGreaterThanOrEqual(refused?.until ?? 0);
    });
  });

  test("a message is edited again after the gap; for a press at once, but at most once a second", async () => {
    await holds(({ edits }) => {
      for (const [before, after] of pairs(edits.filter(({ refused }) => !refused)))
        if (!after.pressed) expect(after.at - before.at).toBeGreaterThanOrEqual(3_000);
      for (const [before, after] of pairs(edits.filter(({ pressed, refused }) => pressed && !refused)))
        expect(after.at - before.at).toBeGreaterThanOrEqual(1_000);
    });
  });

  test("nothing is lost: replies keep their order, and the last edit of a message is its newest state", async () => {
    await holds(({ posts, edits, newest, ops }) => {
      for (const place of ["A", "B"]) {
        const asked = ops.flatMap((op, i) => (op.kind === "post" && op.place === place ? [i + 1] : []));
        const taken = posts.filter((post) => post.place === place && !post.refused).map(({ n }) => n);
        expect(taken).toEqual(asked);
      }
      for (const [key, n] of newest)
        if (key.startsWith("edit ")) {
          const taken = edits.filter(({ place, refused }) => `edit ${place}` === key && !refused);
          expect(taken.at(-1)?.n).toBe(n);
          for (const [before, after] of pairs(taken)) expect(after.n).toBeGreaterThan(before.n);
        }
    });
  });
});

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
    for (let i = 0; i < 60; i += 1) void outbox.edit(`A ${i}`, call(`${i}`), { pressed: true });
    await clock.advance(59_000);
    expect(sent).toHaveLength(40);
    await clock.advance(2_000);
    expect(sent).toHaveLength(60);
  });

  test("spreads background edits over the minute, which leaves a quarter of it to presses", async () => {
    const { clock, sent, call, outbox } = setup();
    for (let i = 0; i < 60; i += 1) void outbox.edit(`A ${i}`, call(`${i}`));
    await clock.advance(9_999);
    expect(sent).toHaveLength(5);
    await clock.advance(50_000);
    expect(sent).toHaveLength(30);
    for (let i = 0; i < 10; i += 1) void outbox.edit(`B ${i}`, call(`pressed ${i}`), { pressed: true });
    expect(sent.slice(30)).toEqual(Array.from({ length: 10 }, (_, i) => `59999 pressed ${i}`));
  });

  describe("an edit that a press asked for", () => {
    test("skips the gap, and takes the place of what waits", async () => {
      const { clock, sent, call, outbox } = setup();
      void outbox.edit("A 1", call("before"));
      await clock.advance(500);
      void outbox.edit("A 1", call("old state"));
      void outbox.edit("A 1", call("pressed"), { pressed: true });
      await clock.advance(1);
      void outbox.edit("A 1", call("after"));
      await clock.advance(10_000);
      expect(sent).toEqual(["0 before", "500 pressed", "3500 after"]);
    });

    test("stays one when newer state comes before its turn", async () => {
      const { clock, sent, call, outbox } = setup();
      for (const name of ["1", "2"]) void outbox.edit("A 1", call(name), { pressed: true });
      void outbox.edit("A 1", call("3"));
      await clock.advance(10_000);
      expect(sent).toEqual(["0 1", "1000 3"]);
    });

    test("is the next one when the budget is used up", async () => {
      const { clock, sent, call, outbox } = setup();
      for (let i = 0; i < 40; i += 1) void outbox.edit(`A ${i}`, call(`${i}`), { pressed: true });
      void outbox.edit("B 1", call("background"));
      void outbox.edit("B 2", call("pressed"), { pressed: true });
      await clock.advance(70_000);
      expect(sent.slice(40)).toEqual(["60000 pressed", "60000 background"]);
    });

    test("goes at once when Retry-After is over, before the others", async () => {
      const { clock, sent, call, outbox } = setup();
      const slack = [10];
      const limited = (name: string) => async () => {
        const wait = slack.pop();
        if (wait !== undefined) throw new WebAPIRateLimitedError(wait);
        return call(name)();
      };
      void outbox.edit("A 1", limited("background"));
      await clock.advance(4_000);
      void outbox.edit("A 2", limited("pressed"), { pressed: true });
      void outbox.post("A", call("post"));
      await clock.advance(20_000);
      expect(sent).toEqual(["4000 post", "10000 pressed", "10000 background"]);
    });
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

test("a wall clock that is set back holds no message back, and one that is set forward hurries none", async () => {
  const clock = manualClock(1_000_000);
  const outbox = createOutbox({ clock });
  const sent: number[] = [];
  const post = () => void outbox.post("A", async () => void sent.push(clock.monotonic()));
  post();
  post();
  clock.jump(-3_653_000);
  await clock.advance(1_000);
  post();
  clock.jump(7_306_000);
  await clock.advance(999);
  expect(sent).toEqual([0, 1_000]);
  await clock.advance(1);
  expect(sent).toEqual([0, 1_000, 2_000]);
});

describe("what waits when another replica gets to talk to Slack", () => {
  test("is not sent, also once this one talks to Slack again: the other has posted it", async () => {
    const clock = manualClock(1_000_000);
    const aTerm = () => ({ signal: new AbortController().signal });
    let term: ReturnType<typeof aTerm> | undefined = aTerm();
    const outbox = createOutbox({ clock, termNow: () => term });
    const sent: string[] = [];
    const call = (name: string) => async () => void sent.push(name);
    const post = (name: string) => outbox.post("A", call(name)).catch((error: Error) => error.message);
    const [first, second, third] = [post("first"), post("second"), post("third")];
    await clock.advance(10);
    term = undefined;
    await clock.advance(1_000);
    for (const left of [second, third, post("without a term")]) expect(await left).toContain("talks to Slack no more");
    await first;
    expect(sent).toEqual(["first"]);

    term = aTerm();
    const before = [post("of the third term"), post("too late")];
    await clock.advance(500);
    term = aTerm();
    const after = post("of the fifth term");
    await clock.advance(5_000);
    await Promise.all([...before, after]);
    expect(sent).toEqual(["first", "of the third term", "of the fifth term"]);
  });

  test("is refused as soon as the term ends: no one waits for Slack's pace, and nothing is taken for a refusal of Slack's", async () => {
    const clock = manualClock(1_000_000);
    const ending = new AbortController();
    const outbox = createOutbox({ clock, termNow: () => (ending.signal.aborted ? undefined : ending) });
    const sent: string[] = [];
    const edit = () => outbox.edit("C 1", async () => void sent.push("edit")).catch((error: unknown) => error);
    const post = () => outbox.post("C", async () => void sent.push("post")).catch((error: unknown) => error);
    const [first, waiting] = [
      [edit(), post()],
      [edit(), post()],
    ];
    await Promise.all(first);
    ending.abort();
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ kind: "away", code: "closing" });
    expect(sent).toEqual(["edit", "post"]);
  });
});
