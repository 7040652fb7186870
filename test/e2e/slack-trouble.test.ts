import { afterEach, describe, expect, test } from "vitest";
import { answersAgain } from "../support/caught-up.ts";
import { needs } from "../support/needs.ts";
import type { Trial } from "../support/trial.ts";
import {
  cardSays,
  cards,
  messages,
  renderText,
  standin,
  startCompiled,
  startRollout,
  threaded,
  until,
} from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const AGENTS = Array.from({ length: 12 }, (_, i) => ({ name: `web-${i + 1}` }));

async function start(agents: readonly object[] = AGENTS): Promise<void> {
  trial = await startCompiled({ deploy: { agents: agents as typeof AGENTS, scale: 60 } });
  await trial.startBot();
}

describe("the connection", () => {
  test("a warning, and Socket Mode switched off and on again: Drydock comes back by itself", {
    ...needs("disconnect frames"),
    timeout: 60_000,
  }, async () => {
    await start();
    const { sockets } = standin(trial);
    const [first] = sockets.sockets;
    sockets.warn();
    await until("another connection", () => first && !sockets.sockets.has(first));
    await answersAgain(trial);
    sockets.switchOff();
    await until("no connection", () => sockets.sockets.size === 0);
    sockets.switchOn();
    await answersAgain(trial);
  });
});

test(
  "while the token is revoked the rollout goes on, and what was missed is told when it is back",
  needs("orders for faults"),
  async () => {
    await start();
    await startRollout(trial);
    await cardSays(trial, "prod-1: upgrading");
    standin(trial).workspace.tokenRevoked = true;
    await until("all to be upgraded", () => trial.deploy.truth().counts.ONLINE === AGENTS.length, 60_000);
    expect(cards(trial).map(renderText)).toEqual([expect.not.stringContaining("finished")]);
    standin(trial).workspace.tokenRevoked = false;
    await cardSays(trial, "prod-1: finished", 60_000);
    await threaded(trial, "prod-1 is finished", 60_000);
    expect(cards(trial)).toHaveLength(1);
  },
);

describe("somebody takes away what Drydock shows", () => {
  test("the card: there is a new one, with the result below it", {
    ...needs("deletions"),
    timeout: 60_000,
  }, async () => {
    await start();
    await startRollout(trial);
    await cardSays(trial, "prod-1: upgrading");
    const [card] = cards(trial);
    if (!card) throw new Error("there is no card");
    standin(trial).workspace.deleteMessage(card.channel, card.ts);
    const fresh = await until("another card", () => cards(trial).find((message) => !message.deleted), 60_000);
    await cardSays(trial, "prod-1: finished", 60_000);
    const end = await until(
      "the result",
      () => messages(trial, ({ thread }, shown) => thread === fresh.ts && shown.includes("prod-1 is finished"))[0],
    );
    expect(end.channel).toBe("C0ONCALL");
  });

  test("the card, again and again: it ends up in the operations channel", {
    ...needs("deletions"),
    timeout: 60_000,
  }, async () => {
    await start([...AGENTS, { name: "slow", fault: "never-back" }]);
    await startRollout(trial);
    for (let times = 0; times < 4; times += 1) {
      const card = await until(`card ${times + 1}`, () =>
        cards(trial).find(({ channel, deleted }) => channel === "C0ONCALL" && !deleted),
      );
      standin(trial).workspace.deleteMessage(card.channel, card.ts);
    }
    await until("a card elsewhere", () => cards(trial).find(({ channel }) => channel === "C0OPS"), 60_000);
    expect(cards(trial)).toHaveLength(5);
  });

  test("the channel: it goes on in the operations channel", { ...needs("deletions"), timeout: 60_000 }, async () => {
    await start();
    await startRollout(trial);
    await cardSays(trial, "prod-1: upgrading");
    standin(trial).workspace.archive("C0ONCALL");
    await until("a card elsewhere", () =>
      cards(trial).find(({ channel, user }) => channel === "C0OPS" && user !== "USLACKBOT"),
    );
    expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("12 of 12 upgraded");
  });
});
