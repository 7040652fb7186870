import { expect, test } from "vitest";
import { openMemoryLedger } from "../../../src/adapters/memory/memory-ledger.ts";
import { createKeptWords } from "../../../src/conversation/kept-words.ts";
import { createPendingStops } from "../../../src/conversation/pending-stops.ts";
import { createReplyLog } from "../../../src/conversation/reply-log.ts";
import { createOperatorHalts } from "../../../src/features/rollout/operator-halts.ts";
import { DutyLost } from "../../../src/model/ledger-port.ts";
import { systemRandom } from "../../../src/system.ts";
import { smallServer } from "../../support/small-server.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

test("a replica that lost its duty meanwhile says that it stopped nothing, and where to repeat that", async () => {
  let isTakenOver = false;
  const ledger = openMemoryLedger();
  const small = await smallServer(
    planOf([plannedAgent("a")]),
    {},
    {
      ...ledger,
      async turn(...given) {
        if (isTakenOver) throw new DutyLost("slack");
        return ledger.turn(...given);
      },
    },
  );
  const keptWords = createKeptWords({ commands: [], servers: ["prod"], secretsIn: () => [] });
  const answer = createOperatorHalts({
    ...small,
    pendingStops: createPendingStops(small),
    replyLog: createReplyLog({ ...small, keptWords }),
    servers: new Map([["prod", small.server]]),
    operators: ["alice"],
    random: systemRandom,
  });
  isTakenOver = true;
  expect(await answer({ user: "alice", verb: "stop", which: "all" })).toEqual({
    done: false,
    reason: "duty-lost",
    text: "Another replica of Drydock answers people now, so this one did not stop anything. Repeat the command: it says on which host.",
  });
  expect(small.rollout().status).toBe("running");
});
