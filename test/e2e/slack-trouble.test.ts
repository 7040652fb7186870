import { describe, expect } from "vitest";
import { answersAgain } from "../support/caught-up.ts";
import { type Start, test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

const AGENTS = Array.from({ length: 12 }, (_, i) => ({ name: `web-${i + 1}` }));

/** A rollout under way whose card is there. */
async function begin(start: Start, agents: readonly { name: string; fault?: "never-back" }[] = AGENTS): Promise<E2e> {
  const trial = await start({ deploy: { agents } });
  await trial.startRollout();
  await trial.event("rollout.prod-1", "rollout.started");
  await trial.message("prod-1/card");
  return trial;
}

/** The messages that are cards of the rollout, deleted ones too. */
const cardsOf = ({ slack }: E2e) =>
  slack.workspace.messages.filter(({ metadata }) => JSON.stringify(metadata ?? "").includes('"prod-1/card"'));

test(
  "a warning, and Socket Mode switched off and on again: Drydock comes back by itself",
  needs("disconnect frames"),
  async ({ start }) => {
    const trial = await start({ deploy: { agents: AGENTS } });
    const { sockets } = trial.standin;
    const [first] = sockets.sockets;
    sockets.warn();
    await until("another connection", () => first && !sockets.sockets.has(first));
    await answersAgain(trial);
    sockets.switchOff();
    await until("no connection", () => sockets.sockets.size === 0);
    sockets.switchOn();
    await answersAgain(trial);
  },
);

test(
  "while the token is revoked the rollout goes on, and what was missed is told when it is back",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await begin(start);
    const card = await trial.message("prod-1/card");
    trial.standin.workspace.tokenRevoked = true;
    await trial.event("rollout.prod-1", "rollout.ended");
    const edits = card.edits;
    await trial.pass(60_000);
    expect(card.edits).toBe(edits);
    trial.standin.workspace.tokenRevoked = false;
    await trial.ended("prod-1");
    await until("the card to be edited", () => card.edits > edits);
    expect(cardsOf(trial)).toHaveLength(1);
  },
);

describe("somebody takes away what Drydock shows", () => {
  test("the card: there is a new one, with the result below it", needs("deletions"), async ({ start }) => {
    const trial = await begin(start);
    const card = await trial.message("prod-1/card");
    trial.standin.workspace.deleteMessage(card.channel, card.ts);
    const fresh = await trial.message("prod-1/card");
    await trial.ended("prod-1");
    const end = await trial.message("prod-1/end");
    expect([end.thread, end.channel]).toEqual([fresh.ts, "C0ONCALL"]);
  });

  test("the card, again and again: it ends up in the operations channel", needs("deletions"), async ({ start }) => {
    const trial = await begin(start, [...AGENTS, { name: "slow", fault: "never-back" }]);
    for (let times = 0; times < 4; times += 1) {
      const card = await trial.message("prod-1/card");
      trial.standin.workspace.deleteMessage(card.channel, card.ts);
    }
    expect((await trial.message("prod-1/card")).channel).toBe("C0OPS");
    expect(cardsOf(trial)).toHaveLength(5);
  });

  test("the channel: it goes on in the operations channel", needs("deletions"), async ({ start }) => {
    const trial = await begin(start);
    trial.standin.workspace.archive("C0ONCALL");
    await until("a card elsewhere", () => cardsOf(trial).at(-1)?.channel === "C0OPS");
    expect(new Set(Object.values(await trial.ended("prod-1")))).toEqual(new Set(["verified"]));
    expect((await trial.message("prod-1/end")).channel).toBe("C0OPS");
  });
});
