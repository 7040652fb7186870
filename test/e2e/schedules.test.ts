import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { clock, until } from "../support/time.ts";

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
/** One approval, and Bob is the only one who can give it. */
const BY_BOB = { deploy: { agents: AGENTS }, approvals: "1", server: ["approvers: {people: [U0BOB]}"] };

const triggers = (trial: E2e) => trial.deploy.fleet.triggers.length;

/** A window that is open every day from so many minutes from now on until so many minutes from now. */
function window(from: number, to: number): string {
  const time = (minutes: number) => new Date(clock.now() + minutes * 60_000).toISOString().slice(11, 16);
  return `windows: [{days: every day, from: '${time(from)}', to: '${time(to)}', zone: UTC}]`;
}

describe("a scheduled start", () => {
  test(
    "begins at its time once it is approved; moved it is asked again, also over a restart, and approvers can cancel it",
    needs("turn-clock"),
    async ({ start }) => {
      const trial = await start(BY_BOB);
      const card = await trial.askApproval("upgrade-required --at 6h");
      const old = trial.carried(card, "approve") ?? "";
      trial.press("U0BOB", card, "approve");
      await trial.told("U0BOB", "approved");
      await trial.button(card, "approve", "not");
      trial.say("U0BOB", "schedule prod-1 --at 2h");
      await trial.told("U0BOB", "error.schedule-refused");
      trial.say("U0ALICE", "schedule prod-1 --at next-window");
      await trial.told("U0ALICE", "error.no-window");
      trial.press("U0ALICE", card, "schedule");
      const view = await trial.submit("U0ALICE", { at: "whenever" });
      await until("the form says what is wrong", () => view.errors.at !== undefined);
      await trial.submit("U0ALICE", { at: "7h" });
      expect(await trial.told("U0ALICE", "rescheduled")).toContain("(7h from now)");
      await trial.message("prod-1/ask-2");
      trial.forge("U0BOB", card, "approve", old);
      await trial.told("U0BOB", "error.request-over");
      await until("a new button", () => ![undefined, old].includes(trial.carried(card, "approve")));
      trial.press("U0BOB", card, "approve");
      await trial.button(card, "approve", "not");
      await trial.restart();
      trial.say("U0CAROL", "rollouts");
      expect(await trial.told("U0CAROL", "rollouts")).toContain("prod-1");

      // One that waits for its time keeps nobody from asking for another.
      const second = await trial.askApproval("upgrade web-1 --at 8m", "prod-2");
      trial.press("U0BOB", second, "approve");
      await trial.told("U0BOB", "approved");
      trial.press("U0DAVE", card, "cancel");
      await trial.told("U0DAVE", "error.not-owner-or-on-call");
      trial.press("U0BOB", card, "cancel");
      await trial.told("U0BOB", "cancelled");
      const closed = renderText(await trial.message("prod-1/closed-2"));
      for (const person of ["<@U0ALICE>", "<@U0BOB>"]) expect(closed).toContain(person);
      expect(await trial.ended("prod-2")).toEqual({ "web-1": "verified" });
      expect(triggers(trial)).toBe(1);
      const scheduled = await trial.event("rollout.prod-2", "rollout.scheduled");
      const started = await trial.event("rollout.prod-2", "rollout.started");
      expect(started.at).toBeGreaterThanOrEqual(Number(scheduled.data.at));
      expect([started.actor, started.data.owner]).toEqual(["drydock", "U0ALICE"]);
    },
  );

  test("needs no approval where none is wanted, and holds to the windows", needs("turn-clock"), async ({ start }) => {
    const trial = await start({ deploy: { agents: AGENTS }, server: [window(-60, 120)] });
    for (const at of ["5h", "15d"]) {
      trial.say("U0ALICE", `upgrade-required --at ${at}`);
      await trial.told("U0ALICE", "error.start-time-refused");
    }
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade web-1 --at next-window"), "start");
    await trial.told("U0ALICE", "scheduled");
    await trial.button(await trial.message("prod-1/card"), "cancel");
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade web-2 --at next-window"), "start");
    await trial.told("U0ALICE", "scheduled");
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade-required --at 4m"), "start");
    await trial.told("U0ALICE", "scheduled");
    expect(Object.values(await trial.ended("prod-3"))).toEqual(AGENTS.map(() => "verified"));
    expect(triggers(trial)).toBe(4);
    trial.say("U0ALICE", "cancel prod-1 prod-2");
    expect(await trial.told("U0ALICE", "cancelled")).toContain("You cancelled prod-1, prod-2:");
    for (const id of ["prod-1", "prod-2"]) await trial.event(`rollout.${id}`, "rollout.unscheduled");
  });

  test(
    "ends in time by forecast: what would outrun the window waits for the next one, and the card says so",
    needs("turn-clock"),
    async ({ start }) => {
      // Nothing has been learned yet: each agent is expected to take 3 min, and the window closes in less than that.
      const closes = 2;
      const server = [window(-60, closes)];
      const closing = /to: '([\d:]+)'/.exec(server[0] ?? "")?.[1] ?? "";
      const trial = await start({ deploy: { agents: AGENTS }, server });
      await trial.startRollout();
      const card = await trial.message("prod-1/card");
      await until("the card says when the window closes", () => renderText(card).includes(closing));
      await trial.pass(closes * 60_000);
      expect(triggers(trial)).toBe(0);
      trial.say("U0ALICE", "stop prod-1");
      await trial.told("U0ALICE", "stopped");
    },
  );
});
