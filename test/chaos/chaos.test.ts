import { expect, test } from "vitest";
import { runChaos } from "./chaos.ts";

test("a storm in short: nothing twice, nothing lost, never above ten, and the card tells the truth", async () => {
  const said: string[] = [];
  const options = { agents: 24, kills: 4, seed: Number(process.env.DRYDOCK_SEED ?? 3), scale: 250 };
  expect(await runChaos({ ...options, say: (line) => void said.push(line) }), said.join("\n")).toEqual([]);
});
