import { expect } from "vitest";
import { test } from "../support/e2e.ts";

test("several people, several rollouts, one server: ten in flight together, and both get their turn", async ({
  start,
}) => {
  const agents = ["web", "data"].flatMap((kind) =>
    Array.from({ length: 15 }, (_, i) => ({ name: `${kind}-${i}`, teams: [{ teamId: `t-${kind}`, teamLabel: kind }] })),
  );
  const trial = await start({ deploy: { agents, seed: 8 } });
  await trial.startRollout("U0BOB");
  await trial.startRollout("U0DAVE");
  await trial.ended("prod-1");
  await trial.ended("prod-2");
  const { fleet } = trial.deploy;
  expect(fleet.maxInFlight).toBe(10);
  expect(fleet.triggers).toHaveLength(30);
  const kindOf = (id: string) => fleet.agents.get(id)?.name.split("-")[0];
  const half = fleet.triggers.slice(0, 20).map(({ agent }) => kindOf(agent));
  expect(half.filter((kind) => kind === "data").length).toBeGreaterThanOrEqual(5);
});
