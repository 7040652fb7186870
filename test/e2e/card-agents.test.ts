import { describe, expect } from "vitest";
import { buttonsOf } from "../../playground/slack/block-kit.ts";
import type { Block } from "../../playground/slack/workspace.ts";
import { test } from "../support/e2e.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

describe("a card's agents", () => {
  const MANY = Array.from({ length: 60 }, (_, i) => ({ name: `web-${i + 1}` }));

  test("as a list for those who may view them, and in a file when it has ended", async ({ start }) => {
    const trial = await start({ deploy: { agents: MANY } });
    // All of them can be read before anything is pressed.
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade-required"), "plan-agents");
    expect((await trial.told("U0ALICE", "plan-agents")).match(/web-\d+/g)).toHaveLength(50);
    await trial.startRollout();
    const card = await trial.message("prod-1/card");
    trial.press("U0ALICE", card, "agents");
    expect((await trial.told("U0ALICE", "agents")).match(/web-\d+/g)).toHaveLength(50);
    // Bob may view the Web team's agents, which these are; Dave may not.
    trial.press("U0DAVE", card, "agents");
    const daves = await trial.told("U0DAVE", "agents");
    expect([daves.includes("60"), daves.includes("web-")]).toEqual([true, false]);
    trial.press("U0ALICE", card, "stop");
    await trial.ended("prod-1");
    const { name, content } = await until(
      "the file",
      () => trial.slack.workspace.messages.flatMap(({ files }) => files)[0],
    );
    expect(name).toBe("prod-1.csv");
    const rows = content.split("\r\n");
    expect(rows).toHaveLength(62);
    expect(rows.filter((row) => row.includes("not begun"))).toHaveLength(60 - trial.deploy.fleet.triggers.length);
  });

  test("a page at a time", needs("buttons in modals"), async ({ start }) => {
    const trial = await start({ deploy: { agents: MANY.slice(0, 51) } });
    await trial.startRollout();
    trial.press("U0ALICE", await trial.message("prod-1/card"), "agents");
    const list = await trial.modal("U0ALICE");
    const blocks = () => (list.view.blocks ?? []) as readonly Block[];
    const next = await until("a button to the next page", () =>
      buttonsOf(blocks()).find(({ value }) => JSON.parse(value).args[1] === "1"),
    );
    trial.slack.acts.pressInView(list.id, next.label);
    await until("the next page", () => JSON.stringify(blocks()).match(/web-\d+/g)?.length === 1);
  });
});
