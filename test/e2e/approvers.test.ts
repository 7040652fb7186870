import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { DEFAULT_PEOPLE } from "../../playground/slack/workspace.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
const ALL = Object.fromEntries(AGENTS.map(({ name }) => [name, "verified"]));
/** One approval, and Bob is the only one who can give it. */
const BY_BOB = { deploy: { agents: AGENTS }, approvals: "1", server: ["approvers: {people: [U0BOB]}"] };

const triggers = (trial: E2e) => trial.deploy.fleet.triggers.length;

/** Whom a line mentions before it names the rollout. */
const mentioned = (text: string) => text.split("prod-1")[0]?.match(/U0[A-Z]+/g);

describe("who may approve", () => {
  test("never whoever asked, from whichever of their accounts", async ({ start }) => {
    const trial = await start({
      ...BY_BOB,
      server: ["approvers: {people: [U0ALICE, U0ELSE, U0BOB]}"],
      people: ["mapping: {U0ELSE: {prod: alice}}"],
    });
    const card = await trial.askApproval();
    expect(mentioned(renderText(await trial.message("prod-1/ask-1")))).toEqual(["U0ELSE", "U0BOB"]);
    for (const person of ["U0ALICE", "U0ELSE"]) {
      trial.press(person, card, "approve");
      await trial.told(person, "error.request-refused");
    }
    expect(triggers(trial)).toBe(0);
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
  });

  test(
    "members of a usergroup only with an identity that holds the right; holders of a role on a team",
    needs("usergroups"),
    async ({ start }) => {
      const members = ["U0BOB", "U0CAROL", "U0ELSE"];
      const trial = await start({
        ...BY_BOB,
        server: [
          "approvers: {usergroups: [S0PLATFORM], usergroupPermissions: [Upgrade Agents], roles: [{role: Agent Upgrader, team: Data}]}",
        ],
        slack: {
          people: DEFAULT_PEOPLE,
          usergroups: [{ id: "S0PLATFORM", handle: "platform", name: "Platform", users: members }],
        },
        approvals: "2",
      });
      const card = await trial.askApproval();
      expect(renderText(await trial.message("prod-1/ask-1"))).toContain("<!subteam^S0PLATFORM>");
      trial.press("U0CAROL", card, "approve");
      await trial.told("U0CAROL", "error.not-approver");
      trial.press("U0ELSE", card, "approve");
      await trial.told("U0ELSE", "error.not-mapped");
      trial.press("U0BOB", card, "approve");
      await trial.told("U0BOB", "approved-needs-more");
      trial.press("U0DAVE", card, "approve");
      await trial.told("U0DAVE", "approved");
      expect(await trial.ended("prod-1")).toEqual(ALL);
    },
  );

  test("holders of a role can cancel and stop what they did not approve", async ({ start }) => {
    const roles = "{role: Agent Upgrader, team: Data}";
    const trial = await start({ ...BY_BOB, server: [`approvers: {people: [U0BOB], roles: [${roles}]}`] });
    await trial.askApproval("upgrade-required --at 6h");
    trial.say("U0DAVE", "cancel prod-1");
    await trial.told("U0DAVE", "cancelled");
    const card = await trial.askApproval("upgrade-required --slots 1", "prod-2");
    trial.press("U0BOB", card, "approve");
    await trial.button(card, "stop");
    trial.press("U0DAVE", card, "stop");
    await trial.told("U0DAVE", "stopped");
  });
});

describe("what has changed between the request and the start", () => {
  test("agents that are gone are dropped and named", async ({ start }) => {
    const trial = await start(BY_BOB);
    const card = await trial.askApproval();
    const lost = trial.deploy.fleet.find("web-3");
    if (lost) lost.shown = { ...lost.shown, status: "OFFLINE" };
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    expect(renderText(await trial.message("prod-1/dropped"))).toContain("`web-3`");
    const { "web-3": _gone, ...others } = ALL;
    expect(await trial.ended("prod-1")).toEqual(others);
    expect(lost?.accepted).toBe(0);
  });

  test("what is more than was approved is asked again, and the old approval is void", async ({ start }) => {
    const trial = await start(BY_BOB);
    const card = await trial.askApproval();
    const approve = trial.carried(card, "approve") ?? "";
    const other = trial.deploy.fleet.find("web-2");
    if (other) other.shown = { ...other.shown, version: "6.2.7.2.961000" };
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    const again = renderText(await trial.message("prod-1/ask-2"));
    for (const part of ["web-2", "6.2.7.1.960390", "6.2.7.2.961000"]) expect(again).toContain(part);
    trial.forge("U0BOB", card, "approve", approve);
    await trial.told("U0BOB", "error.request-over");
    expect(triggers(trial)).toBe(0);
    await until("a new button", () => ![undefined, approve].includes(trial.carried(card, "approve")));
    trial.press("U0BOB", card, "approve");
    expect(await trial.ended("prod-1")).toEqual(ALL);
  });

  test("kill -9 between request and approval, and between approval and start: nothing is lost", async ({ start }) => {
    // While the server takes its time, what was approved has not started.
    const trial = await start.program({ ...BY_BOB, deploy: { agents: AGENTS, scale: 120, latency: 200 } });
    const card = await trial.askApproval();
    // Not every workspace keeps the key by which a card is found again that Drydock has not yet noted as posted.
    await trial.event("rollout.prod-1", "message.posted", ({ key }) => key === "card");
    await trial.killBot();
    await trial.startBot();
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    await trial.killBot();
    expect(trial.events("rollout.prod-1").map(({ type }) => type)).not.toContain("rollout.started");
    await trial.startBot();
    await trial.ended("prod-1");
    expect(triggers(trial)).toBe(4);
    expect([...trial.deploy.fleet.agents.values()].map(({ accepted }) => accepted)).toEqual([1, 1, 1, 1]);
    expect(trial.slack.workspace.messages.filter(({ only, thread }) => !only && !thread)).toEqual([card]);
  });
});
