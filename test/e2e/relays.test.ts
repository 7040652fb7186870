import { expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { type Start, test } from "../support/e2e.ts";
import type { E2e, E2eOptions } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

const OLD_RELAY = "7.1.2.9.1112000";
/** Twelve agents behind three relays; most ask for an upgrade. */
const AGENTS = Array.from({ length: 12 }, (_, i) => ({
  name: `web-${i + 1}`,
  relayId: ["relay-a", "relay-b", "relay-c"][i % 3] ?? "",
}));

function begin(start: Start, options: Partial<E2eOptions> = {}): Promise<E2e> {
  return start({ deploy: { agents: AGENTS, relays: { "relay-a": OLD_RELAY, "relay-b": OLD_RELAY } }, ...options });
}

/** Waits until the owner is asked to upgrade this relay; the message that asks. */
async function asked(trial: E2e, rollout: string, relay: string, turn: number) {
  await trial.event(`rollout.${rollout}`, "relay.asked", ({ relay: its }) => (its as { name: string }).name === relay);
  return trial.message(`${rollout}/relay-ask-${turn}`);
}

test("the list: worst first, with the button that plans; an empty one says why, and others name nobody", async ({
  start,
}) => {
  const trial = await begin(start);
  trial.deploy.setRelay("relay-b", false);
  trial.say("U0ALICE", "relays");
  const shown = await trial.told("U0ALICE", "relays");
  const places = ["relay-b", "relay-a", "relay-c"].map((relay) => shown.indexOf(relay));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  await trial.plan("U0ALICE", "upgrade-relay");
  // Of the team Data: no agent behind these relays is theirs.
  for (const person of ["U0DAVE", "U0ELSE"]) {
    trial.say(person, "relays");
    expect(await trial.told(person, "relays")).not.toContain("relay-a");
  }
  await trial.restart();
  trial.deploy.conditions.relaysHidden = true;
  trial.say("U0ALICE", "relays");
  expect(await trial.told("U0ALICE", "relays")).toContain("View Agent Relays");
  trial.say("U0ALICE", "upgrade-relay --lagging");
  await trial.told("U0ALICE", "error.no-relay-visible");
});

test(
  "relays are upgraded one after the other with a second person's approval; agents in flight are waited for; a restart loses nothing",
  needs("turn-clock"),
  async ({ start }) => {
    const trial = await begin(start, {
      approvals: "[{above: 6, count: 1}]",
      server: ["approvers: {people: [U0BOB]}"],
    });
    const { fleet } = trial.deploy;
    const triggered = () => fleet.triggers.map(({ agent }) => fleet.agents.get(agent)?.name).sort();
    // An agent behind relay-a is being upgraded: it has to land first.
    await trial.startRollout("U0ALICE", "upgrade web-1");
    await until("web-1 in flight", () => fleet.inFlight() === 1);
    const plan = await trial.planOf("U0ALICE", "upgrade-relay --lagging", "request");
    expect(renderText(plan)).toContain(`\`relay-a\` at \`${OLD_RELAY}\``);
    trial.press("U0ALICE", plan, "request");
    const card = await trial.message("prod-2/card");
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    await trial.event("rollout.prod-2", "relay.turn");
    // Nothing is begun behind it: what is asked for there waits.
    await trial.startRollout("U0BOB", "upgrade web-4 web-2");
    await until("web-2 begins", () => triggered().includes("web-2"));
    const first = await asked(trial, "prod-2", "relay-a", 1);
    expect(triggered()).toEqual(["web-1", "web-2"]);
    await trial.button(first, "skip-relay");
    trial.deploy.upgradeRelay("relay-a", { lost: ["web-7"] });
    // Restarted while it is away: whether anybody saw it go or not, its new version is the proof.
    await trial.restart();
    const ended = await trial.event("rollout.prod-2", "relay.ended");
    expect(ended.data).toMatchObject({ outcome: "upgraded", version: "7.2.3.1.1150420" });
    expect(JSON.stringify(ended.data.missing)).toContain("web-7");
    await trial.button(first, "skip-relay", "not");
    const next = await asked(trial, "prod-2", "relay-b", 2);
    expect(trial.events("server.prod").filter(({ type }) => type.startsWith("elsewhere."))).toEqual([]);
    trial.press("U0BOB", next, "skip-relay");
    await trial.told("U0BOB", "relay-skipped");
    await trial.ended("prod-2");
    await trial.ended("prod-3");
    expect(trial.outcomes("prod-3")).toEqual({ "web-2": "verified", "web-4": "verified" });
    // No relay's id was ever asked for in place of an agent's.
    expect(fleet.triggers.every(({ agent }) => fleet.agents.has(agent))).toBe(true);
  },
);

test(
  "a relay that does not come back stops the rollout before the next one, and says where to look",
  needs("turn-clock"),
  async ({ start }) => {
    const trial = await begin(start);
    await trial.startRollout("U0ALICE", "upgrade-relay relay-*");
    await asked(trial, "prod-1", "relay-a", 1);
    trial.deploy.upgradeRelay("relay-a", { ends: "never-back" });
    const ended = await trial.event("rollout.prod-1", "relay.ended");
    expect(ended.data).toMatchObject({ outcome: "never-back" });
    await trial.message("prod-1/relay-end-relay-a");
    await trial.event("rollout.prod-1", "rollout.paused");
    const card = await trial.message("prod-1/card");
    await trial.button(card, "resume");
    trial.press("U0ALICE", card, "resume");
    await trial.told("U0ALICE", "resumed");
    await asked(trial, "prod-1", "relay-b", 2);
    trial.press("U0ALICE", card, "stop");
    await trial.told("U0ALICE", "stopped");
    await trial.ended("prod-1");
  },
);
