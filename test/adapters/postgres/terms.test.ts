import { expect, test } from "vitest";
import { createTerms, MAX_SILENCE } from "../../../src/adapters/postgres/terms.ts";
import { aborted } from "../../../src/core/aborted.ts";
import type { Duty, Term } from "../../../src/core/duties.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { keepLog } from "../../support/silent-log.ts";

const NAME = "server:prod";

/** Terms on a clock that the test moves, with work that is begun once. */
function given(work: (term: Term) => Promise<void> = ({ signal }) => aborted(signal)) {
  const clock = manualClock();
  const log = keepLog();
  const ends: string[] = [];
  const begun: Term[] = [];
  let ended = 0;
  const terms = createTerms({
    ...{ clock, log },
    onEnded: () => {
      ended += 1;
    },
    endProcess: (reason) => ends.push(reason),
  });
  const duty: Duty = {
    name: NAME,
    round: 5_000,
    work(term) {
      begun.push(term);
      return work(term);
    },
  };
  terms.begin(duty, 7, clock.monotonic());
  /** Answers of the database, one a second. */
  async function answers(seconds: number, meanwhile: (term: Term) => void = () => {}): Promise<void> {
    for (let i = 0; i < seconds; i += 1) {
      const asked = clock.monotonic();
      const renewed = terms.toRenew();
      terms.renewed(renewed, new Set(renewed.map(({ name }) => name)), asked);
      await clock.advance(1_000);
      for (const term of begun) meanwhile(term);
    }
  }
  return { clock, log, ends, begun, terms, duty, answers, ended: () => ended };
}

test("a term ends 4 s after the last answer was asked for, however late that came", async () => {
  const { clock, terms, begun, log } = given();
  const asked = clock.monotonic();
  await clock.advance(1_500);
  terms.renewed(terms.toRenew(), new Set([NAME]), asked);
  await clock.advance(MAX_SILENCE - 1_501);
  expect(begun[0]?.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(begun[0]?.signal.aborted).toBe(true);
  expect(log.said.join()).toContain('"reason":"no-answer"');
  expect(terms.names()).toEqual([]);
});

test("a process that stood still ends its terms before it asks to renew them", async () => {
  const { clock, terms, begun } = given();
  await clock.advance(100);
  clock.sleep(9_000, "goes-on");
  expect(terms.toRenew()).toEqual([]);
  expect(begun[0]?.signal.aborted).toBe(true);
});

test("a process that stood still knows that it may have lost a duty, before any of its timers is due", async () => {
  const { clock, begun } = given();
  await clock.advance(3_900);
  expect(begun[0]?.isHeld()).toBe(true);
  clock.sleep(100, "goes-on");
  expect([begun[0]?.isHeld(), begun[0]?.signal.aborted]).toEqual([false, false]);
});

test.each([
  [
    "the answer says that another replica has it",
    (terms: ReturnType<typeof given>["terms"]) => terms.renewed(terms.toRenew(), new Set(), 0),
  ],
  ["a turn is refused", (_terms: unknown, begun: readonly Term[]) => begun[0]?.refused()],
])("a term ends when %s", async (_name, end) => {
  const { clock, terms, begun } = given();
  await clock.advance(100);
  end(terms, begun);
  expect([begun[0]?.signal.aborted, begun[0]?.isHeld()]).toEqual([true, false]);
});

test("an answer about an earlier term of the same duty says nothing of this one", async () => {
  const { clock, terms, begun } = given();
  await clock.advance(100);
  terms.renewed([{ name: NAME, epoch: 6 }], new Set(), clock.monotonic());
  expect(begun[0]?.signal.aborted).toBe(false);
});

test("a duty that makes no progress for a minute is given back with an error, one that does is kept", async () => {
  const { begun, terms, log, answers } = given();
  await answers(120, (term) => term.progress());
  expect(begun[0]?.signal.aborted).toBe(false);
  await answers(59);
  expect(begun[0]?.signal.aborted).toBe(false);
  await answers(3);
  expect(begun[0]?.signal.aborted).toBe(true);
  expect(log.said.join("\n")).toContain("hangs");
  expect(terms.mayBegin(NAME)).toBe(false);
});

test("work that does not end within 5 s ends the process, and is neither renewed nor given back meanwhile", async () => {
  const { clock, begun, terms, ends } = given(() => new Promise(() => {}));
  await clock.advance(100);
  begun[0]?.refused();
  await clock.advance(4_900);
  expect(ends).toEqual([]);
  expect([terms.toRenew(), terms.names()]).toEqual([[], [NAME]]);
  await clock.advance(200);
  expect(ends).toEqual([`the work at ${NAME} does not end`]);
});

test("work that fails leaves the duty to others for a while, longer each time", async () => {
  const { clock, terms, duty, log, ended } = given(() => Promise.reject(new Error("no")));
  await clock.advance(1);
  expect([ended(), terms.names(), terms.mayBegin(NAME)]).toEqual([1, [], false]);
  expect(log.said.join("\n")).toContain("ended with an error");
  await clock.advance(5_000);
  expect(terms.mayBegin(NAME)).toBe(true);
  terms.begin(duty, 8, clock.monotonic());
  await clock.advance(5_001);
  expect(terms.mayBegin(NAME)).toBe(false);
  await clock.advance(5_000);
  expect(terms.mayBegin(NAME)).toBe(true);
});

test("of several duties one with a server is given to others, and not the people's", async () => {
  const { clock, terms, begun, duty } = given();
  terms.begin({ ...duty, name: "slack" }, 1, clock.monotonic());
  await clock.advance(1);
  terms.endOne();
  expect(begun.map((term) => [term.duty, term.signal.aborted])).toEqual([
    [NAME, true],
    ["slack", false],
  ]);
});
