import { expect, test } from "vitest";
import { comeDue } from "../../src/app/rollouts/come-due.ts";
import { createPauseAges } from "../../src/app/rollouts/pause-ages.ts";
import { createRelayNames } from "../../src/app/servers/relay-names.ts";
import { type Relay, ServerError } from "../../src/app/urbancode.ts";
import { relayOf } from "../support/relays.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const AGENTS = ["a", "b", "c", "d"].map((id) => plannedAgent(id, { relay: "3f2a-77" }));

/** Three of four have failed behind one relay; what people are told of it. */
async function toldOf(relays: () => Promise<readonly Relay[]>) {
  const small = await smallSite(planOf(AGENTS));
  const site = { ...small.site, fleet: { ...small.site.fleet, relays } };
  const relayNames = createRelayNames(small);
  const pauses = createPauseAges(small);
  await comeDue(small.board, site, { ...small, pauses, relayNames });
  for (const { id } of AGENTS.slice(0, 3)) {
    const agent = { id, name: id, relay: "3f2a-77" };
    await small.clock.advance(1_000);
    await small.write(
      `upgrade.prod-1.${id}.1`,
      { type: "upgrade.intended", data: { rollout: "prod-1", server: "prod", agent, attempt: 1, from: "6.2.7.1.1" } },
      { type: "upgrade.outcome", data: { outcome: "never-back", detail: "", holdsSlot: false } },
    );
  }
  await comeDue(small.board, site, { ...small, pauses, relayNames });
  return small.rollout().pause?.sentence;
}

test("the circuit breaker calls a relay by its name, and by its id where the server does not tell names", async () => {
  const told = await toldOf(async () => [relayOf("3f2a-77", { name: "frankfurt" })]);
  expect(told).toBe("Behind the relay frankfurt 3 agents failed (the limit is 3).");
  const untold = await toldOf(() => Promise.reject(new ServerError("denied", "no right", 400)));
  expect(untold).toBe("Behind the relay 3f2a-77 3 agents failed (the limit is 3).");
});

test("names that were read once stay known while the server does not tell them any more", async () => {
  const small = await smallSite(planOf(AGENTS));
  let relays = async () => [relayOf("3f2a-77", { name: "frankfurt" })];
  const site = { ...small.site, fleet: { ...small.site.fleet, relays: () => relays() } };
  const relayNames = createRelayNames(small);
  await relayNames.read(site);
  relays = () => Promise.reject(new ServerError("unreachable", "prod gave no answer"));
  await small.clock.advance(11 * 60_000);
  expect([...relayNames.known(site).values()]).toEqual(["frankfurt"]);
  expect([...(await relayNames.read(site)).values()]).toEqual(["frankfurt"]);
});
