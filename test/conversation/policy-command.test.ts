import { expect, test } from "vitest";
import { policy } from "../../commands/policy.ts";
import { parseArguments } from "../../src/conversation/arguments.ts";
import type { CommandContext } from "../../src/conversation/command.ts";
import { isView, textOf } from "../../src/core/view.ts";
import { smallServer } from "../support/small-server.ts";
import { planOf } from "../support/upgrades.ts";

async function said(warnings: readonly string[]): Promise<string> {
  const { server, situation } = await smallServer(planOf([]));
  const visibility = {
    knows: async () => true,
    agents: async () => Object.assign(async () => true, { all: async () => true }),
  };
  const ports = { servers: new Map([["prod", { ...server, warnings }]]), situation, visibility };
  const context = { call: { person: "U0ALICE" }, word: "/agents" } as unknown as CommandContext;
  const shown = await policy.handler(parseArguments(policy.args, ["prod"]), context, ports);
  return isView(shown) ? textOf(shown) : "";
}

test("the rules of a server tell of kinds of agents, and of what is not safe in how it is spoken to", async () => {
  const shown = await said(["prod is spoken to over TLS as old as 1.0."]);
  expect(shown).toContain("Warning: prod is spoken to over TLS as old as 1.0.");
  expect(shown).toContain("Agents on z/OS, OS/390 are left out: they upgrade in their own way.");
  expect(await said([])).not.toContain("Warning");
});
