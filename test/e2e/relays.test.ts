import { afterEach, expect, test } from "vitest";
import { askApproval, cardOf, factsOf, planOf, pressTold, restartWith } from "../support/approvals.ts";
import type { Trial } from "../support/trial.ts";
import { messages, renderText, startCompiled, startRollout, threaded, told, until } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const OLD_RELAY = "7.1.2.9.1112000";
/** Twelve agents behind three relays; most ask for an upgrade. */
const AGENTS = Array.from({ length: 12 }, (_, i) => ({
  name: `web-${i + 1}`,
  relayId: ["relay-a", "relay-b", "relay-c"][i % 3] ?? "",
}));

async function begin(options: Partial<Parameters<typeof startCompiled>[0]> = {}, scale = 60): Promise<void> {
  trial = await startCompiled({
    deploy: { agents: AGENTS, relays: { "relay-a": OLD_RELAY, "relay-b": OLD_RELAY }, scale },
    server: ["relays: {begin: 20s, back: 5s, agents: 2s}"],
    ...options,
  });
  await trial.startBot();
}

const question = (relay: string, patience?: number) =>
  until(
    `somebody is asked for ${relay}`,
    () =>
      messages(trial, ({ thread }, shown) => !!thread && shown.includes(`it is the turn of the relay \`${relay}\``))[0],
    patience,
  );

test("the list: worst first, with the button that plans; an empty one says why, and others name nobody", async () => {
  await begin();
  trial.deploy.setRelay("relay-b", false);
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "relays");
  const shown = renderText(
    await told(trial, "U0ALICE", "3 relays, 1 offline, 2 older than the server (7.2.3.1.1150420)"),
  );
  const places = ["✖ offline `relay-b`", "⚠ lags `relay-a`", "✔ online `relay-c`"].map((row) => shown.indexOf(row));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(shown).toContain(`at \`${OLD_RELAY}\`, the server is at 7.2.3.1.1150420. 4 agents behind it, 4 connected`);
  expect(shown).toContain("[Plan the upgrade of those that lag]");
  // Of the team Data: no agent behind these relays is theirs.
  trial.slack.acts.slash("U0DAVE", "C0ONCALL", "relays");
  const others = renderText(await told(trial, "U0DAVE", "no relay that you may view"));
  expect(others).toContain("3 more that you may not view");
  expect(others).not.toContain("relay-a");
  trial.slack.acts.slash("U0ELSE", "C0ONCALL", "relays");
  expect(renderText(await told(trial, "U0ELSE", "You are not mapped to a user of prod"))).not.toContain("relay-a");
  await restartWith(trial);
  trial.deploy.conditions.relaysHidden = true;
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "relays");
  await told(trial, "U0ALICE", "the account lacks View Agent Relays: since 6.2.2 relays show only with it");
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "upgrade-relay --lagging");
  await told(trial, "U0ALICE", "No relay of prod is visible to Drydock's account.");
});

test("relays are upgraded one after the other with a second person's approval; agents in flight are waited for; a restart loses nothing", {
  timeout: 120_000,
}, async () => {
  await begin({
    approvals: "[{above: 6, count: 1}]",
    server: ["relays: {begin: 30s, back: 20s, agents: 2s}", "approvers: {people: [U0BOB]}"],
  });
  const { fleet } = trial.deploy;
  // An agent behind relay-a is being upgraded: it has to land first.
  await startRollout(trial, "U0ALICE", "upgrade web-1");
  await until("web-1 in flight", () => fleet.inFlight() === 1);
  const plan = await planOf(trial, "U0ALICE", "upgrade-relay --lagging", "Request approval");
  const said = renderText(plan);
  expect(said).toContain("Upgrade 2 of 3 relays on prod");
  expect(said).toContain(`\`relay-a\` at \`${OLD_RELAY}\`: 4 agents go dark with it`);
  expect(said).toContain("No call of the server's upgrades a relay");
  const card = await askApproval(trial, "prod-2", "U0ALICE", "upgrade-relay --lagging");
  await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-2: it has its approval");
  await until("its turn", () => factsOf(trial, "rollout.prod-2").some(({ type }) => type === "relay.turn"));
  // Nothing is begun behind it: what is asked for there waits.
  await startRollout(trial, "U0BOB", "upgrade web-4 web-2");
  await until("web-2 begins", () => fleet.triggers.some(({ agent }) => fleet.agents.get(agent)?.name === "web-2"));
  const asked = await question("relay-a", 60_000);
  expect(fleet.triggers.map(({ agent }) => fleet.agents.get(agent)?.name).sort()).toEqual(["web-1", "web-2"]);
  expect(renderText(asked)).toContain("<@U0ALICE>");
  expect(renderText(asked)).toContain("Resources > Agent Relays, in the row of `relay-a` Actions > Upgrade.");
  expect(renderText(asked)).toContain("4 connected agents go dark until it is back.");
  expect(renderText(asked)).toContain("[Skip this relay]");
  trial.deploy.upgradeRelay("relay-a", { lost: ["web-7"] });
  // Killed while it is away: whether anybody saw it go or not, its new version is the proof.
  await restartWith(trial);
  expect(await threaded(trial, "is upgraded, from", 60_000)).toContain(
    `\`relay-a\` is upgraded, from \`${OLD_RELAY}\` to \`7.2.3.1.1150420\`; 3 of 4 agents back. Missing: \`web-7\``,
  );
  expect(renderText(asked)).not.toContain("[Skip this relay]");
  const next = await question("relay-b", 60_000);
  expect(factsOf(trial, "server.prod").filter(({ type }) => type.startsWith("elsewhere."))).toEqual([]);
  await pressTold(trial, "U0BOB", next, "Skip this relay", "Left out: `relay-b`.");
  const result = await threaded(trial, "prod-2 is finished, not all of it upgraded", 30_000);
  expect(result).toContain("1 of 2 upgraded, 1 skipped.");
  expect(result).toMatch(/\d+ agents? behind them still asks? for an upgrade: `\/agents upgrade \* --relay/);
  expect(await threaded(trial, "prod-3 is finished", 60_000)).toContain("1 relay of prod is older than the server");
  // No relay's id was ever asked for in place of an agent's.
  expect([...fleet.triggers].every(({ agent }) => fleet.agents.has(agent))).toBe(true);
});

test("a relay that does not come back stops the rollout before the next one, and says where to look", {
  timeout: 90_000,
}, async () => {
  await begin();
  await startRollout(trial, "U0ALICE", "upgrade-relay relay-*");
  await question("relay-a", 30_000);
  trial.deploy.upgradeRelay("relay-a", { ends: "never-back" });
  const said = await threaded(trial, "`relay-a` did not come back in time", 60_000);
  expect(said).toContain("<@U0ALICE>");
  expect(said).toContain("prod-1 waits: no other relay gets its turn");
  const card = await cardOf(trial, "prod-1", "paused");
  expect(renderText(card)).toContain("✖ `relay-a` did not come back in time");
  await pressTold(trial, "U0ALICE", card, "Continue", "prod-1 goes on, with your rights");
  await question("relay-b", 30_000);
  await pressTold(trial, "U0ALICE", card, "Stop", "Stopped: prod-1.");
  await threaded(trial, "prod-1 was stopped", 30_000);
});
