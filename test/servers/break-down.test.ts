import { afterEach, expect, test } from "vitest";
import { breakDownForAll } from "../../src/servers/break-down.ts";
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
