import { afterEach, expect, test } from "vitest";
import { lineText } from "../../src/core/view.ts";
import { blockedLines } from "../../src/features/required-notice/required-notice-port.ts";
import { breakDown, breakDownForAll } from "../../src/servers/break-down.ts";
import { openHouse, stopAll } from "../support/own-tokens.ts";

afterEach(stopAll);

test("all who may view everything share one answer; one that the server cut short is asked for again", async () => {
  const { server, deploy } = await openHouse({ deploy: { agents: [{ name: "web-1" }, { name: "web-2" }] } });
  const agents = await server.fleet.agents();
  deploy.answer({ kind: "login-page", to: "reads" });
  expect((await breakDownForAll(server, agents)).asked).toBe(0);
  deploy.answer({ kind: "none", to: "reads" });
  expect((await breakDownForAll(server, agents)).asked).toBe(2);
  expect(breakDownForAll(server, agents)).toBe(breakDownForAll(server, agents));
});

test("for a person who is asked about agent by agent, the tags say of how many agents they are", async () => {
  const fleet = Array.from({ length: 201 }, (_, i) => ({ name: `web-${i}`, tags: ["pci"] }));
  const { server } = await openHouse({ deploy: { agents: fleet } });
  const agents = await server.fleet.agents();
  const tagLine = async (...views: [views?: () => Promise<boolean>]) =>
    blockedLines(201, 201, await breakDown(server, agents, ...views))
      .map(lineText)
      .at(-1);
  expect(await tagLine(async () => true)).toBe("By tag (200 of 201 agents): pci 200.");
  expect(await tagLine()).toBe("By tag: pci 201.");
});
