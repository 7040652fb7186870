import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { buttonFor, keyOf } from "../../playground/messages.ts";
import { APPROVALS, FLEET, SERVER } from "../../playground/play.ts";
import type { SlackMessage } from "../../playground/slack/workspace.ts";
import { describe, messagesOf, say, useBrowser } from "../support/page.ts";

const open = useBrowser();
const TIMEOUT = { timeout: 60_000 };

describe("on a phone of 390 px", () => {
  test("a plan and a card have at most 12 lines, a request 16", async () => {
    const relays = { "relay-3": "7.1.2.9.1112000" };
    const deploy = { agents: FLEET, relays, seed: 983 };
    const { page, trial } = await open({ deploy, approvals: APPROVALS, server: SERVER }, { phone: true });
    const { acts, workspace } = trial.slack;

    /** Does what this button does, once a message has it. */
    async function press(person: string, command: string): Promise<void> {
      const find = () =>
        workspace.messages.findLast((message) => message.only === person && buttonFor(message, command));
      await expect.poll(find, TIMEOUT).toBeDefined();
      const message = find() as SlackMessage;
      acts.press(person, message, buttonFor(message, command)?.label ?? "");
    }

    async function shown(key: string, words: string): Promise<Locator> {
      const find = () => workspace.messages.find((message) => keyOf(message) === key);
      await expect.poll(find, TIMEOUT).toBeDefined();
      const message = page.locator(`[data-ts="${find()?.ts}"]`);
      await message.getByText(words).first().waitFor(TIMEOUT);
      return message;
    }

    await say(page, '/agents upgrade-required --name "web-*" --reason "patch night"');
    const plan = messagesOf(page).filter({ hasText: "Upgrade 13 of 29 agents on prod" });
    await plan.getByRole("button", { name: "Start", exact: true }).waitFor(TIMEOUT);
    await plan.getByText("demonstration machine").waitFor(TIMEOUT);
    const planned = await linesOf(plan);
    expect(planned).toBeLessThanOrEqual(12);
    expect(planned).toBeGreaterThan(8);
    await press("U0ALICE", "start");
    expect(await linesOf(await shown("prod-1/card", "In flight"))).toBeLessThanOrEqual(12);
    acts.slash("U0DAVE", "C0ONCALL", 'upgrade-required --name "db-prod-*" --exclude db-prod-13 --reason "patch night"');
    await press("U0DAVE", "start");
    expect(await linesOf(await shown("prod-2/card", "paused itself"))).toBeLessThanOrEqual(12);
    acts.slash("U0DAVE", "C0ONCALL", "upgrade 'build-*' --exclude build-13 --slots 4 --reason \"patch night\"");
    await press("U0DAVE", "request");
    expect(await linesOf(await shown("prod-3/card", "asks for approval"))).toBeLessThanOrEqual(16);
  });
});

/** How many lines of text a message has on the screen, below its sender's name and without its buttons. */
function linesOf(message: Locator): Promise<number> {
  return message.locator(".blocks").evaluate((blocks) => {
    const texts = document.createTreeWalker(blocks, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement?.closest("button") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    );
    const middles: number[] = [];
    while (texts.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      for (const { top, bottom, width } of range.getClientRects()) if (width > 0) middles.push((top + bottom) / 2);
    }
    // What is higher than half a line below the one before is in the same line.
    return middles.sort((a, b) => a - b).filter((middle, i, all) => middle - (all[i - 1] ?? -100) > 8).length;
  });
}
