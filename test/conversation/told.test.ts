import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { createKeptWords } from "../../src/conversation/kept-words.ts";
import { createReplyLog } from "../../src/conversation/reply-log.ts";
import { secretsIn } from "../../src/conversation/typed-secrets.ts";
import { say } from "../../src/core/view.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";

async function open() {
  const clock = manualClock();
  const ledger = openMemoryLedger();
  const projections = await openProjections(ledger, { clock, random: systemRandom });
  const replyLog = createReplyLog({
    ...{ projections, clock, log: keepLog() },
    keptWords: createKeptWords({ commands: [], servers: [], secretsIn }),
  });
  return { ledger, replyLog };
}

test.each([0, 1, 5_999, 6_000, 6_001, 20_000])(
  "an answer of %i characters is in the ledger, all of it and in its order",
  async (length) => {
    const { ledger, replyLog } = await open();
    const text = Array.from({ length }, (_, i) => String(i % 10)).join("");
    await replyLog.write(
      { person: "U0ALICE", channel: "C", via: "slash", text: "check" },
      [say("check", text), say("whoami", "and more")],
      false,
    );
    const facts = (await ledger.read("person.U0ALICE")).flatMap((event) =>
      event.type === "person.told" ? [event.data] : [],
    );
    expect(facts.at(-1)).toEqual({ key: "whoami", text: "and more" });
    const pieces = facts.slice(0, -1);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.every((piece) => piece.key === "check" && piece.text.length <= 6_000)).toBe(true);
  },
);

test("a person asks, and Drydock answers and refuses", async () => {
  const { ledger, replyLog } = await open();
  const call = { person: "U0ALICE", channel: "C", via: "slash", text: "check", id: "T0.1" } as const;
  for (let i = 0; i < 3; i += 1) await replyLog.write(call, [say("error.unknown", "There is no such server.")], true);
  await replyLog.flush(true);
  const written = await ledger.read("person.U0ALICE");
  expect(written.map(({ type, actor, callId }) => [type, actor, callId])).toEqual([
    ["person.asked", "U0ALICE", "T0.1"],
    ["person.told", "drydock", "T0.1"],
    ["person.refused", "drydock", undefined],
  ]);
});
