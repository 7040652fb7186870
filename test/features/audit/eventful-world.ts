import type { StoredEvent } from "../../../src/model/events.ts";
import type { Ledger } from "../../../src/model/ledger-port.ts";
import { createWorld, type World } from "../../simulation/run.ts";
import { OLD, type SimAgent } from "../../simulation/server.ts";

const SECOND = 1_000;
export const REASON = "patch night <script>alert(1)</script>";

/** Whether the ledger has the event by now; waits for it in virtual time. */
async function until(world: World, what: string, is: (event: StoredEvent) => boolean): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if ((await world.ledger.since(0, 100_000)).some(is)) return;
    await world.step(5 * SECOND);
  }
  throw new Error(`${what} did not come. The card: ${world.slack.text("prod-1/card")}`);
}

/** One rollout with an approval, the circuit breaker, a retry, a freeze and a handover, to its end. */
export async function eventfulWorld(given: { readonly ledger?: Ledger } = {}): Promise<World> {
  const agents = Array.from({ length: 14 }, (_, i): SimAgent => {
    const fault = i === 2 || i === 5 ? "refused" : i === 9 ? "never-back" : "none";
    return { id: `web-${i + 1}`, relayId: `own-${i}`, fault, version: OLD, life: undefined };
  });
  const approvers = { people: ["U0BOB", "U0CAROL"], usergroups: [], usergroupPermissions: [], roles: [] };
  const limit = { count: null, share: null, of: 10 };
  const world = await createWorld(1, {
    begin: Date.UTC(2026, 10, 24, 22),
    ...given,
    agents,
    calm: true,
    onCall: ["U0CAROL"],
    policy: {
      slots: 3,
      approvals: 1,
      approvers,
      breaker: { total: limit, cause: { ...limit, count: 2 }, relay: limit },
    },
  });
  const isOf = (type: StoredEvent["type"]) => (event: StoredEvent) => event.type === type;
  const card = (key: string) => until(world, key, (event) => event.type === "message.posted" && event.data.key === key);

  await world.press(await world.say(`upgrade-required --reason "${REASON}"`), "Request approval");
  await card("card");
  await world.press(world.slack.view("prod-1/card"), "Approve", "U0BOB");
  await until(world, "the breaker", isOf("rollout.paused"));
  for (const agent of world.server.agents.values()) if (agent.fault === "refused") agent.fault = "none";
  await world.say("retry prod-1");
  await world.say("freeze prod release night", "U0CAROL");
  await world.say("handover prod-1 <@U0DAVE>");
  await until(world, "the offer", isOf("rollout.offered"));
  await card("offer-1");
  await world.press(world.slack.view("prod-1/offer-1"), "Accept", "U0DAVE");
  await world.say("resume prod-1", "U0DAVE");
  await world.step(60 * SECOND);
  await world.say("unfreeze prod", "U0CAROL");
  await until(world, "the end", isOf("rollout.ended"));
  return world;
}
