import { expect, test } from "vitest";
import { describe, messagesOf, say, useBrowser } from "../support/page.ts";

const open = useBrowser();
const TIMEOUT = { timeout: 60_000 };

const AGENTS = { agents: [{ name: "web-1" }, { name: "web-2" }], seed: 3 };

describe("the page's manners", () => {
  test("the answer to one's own command is scrolled to, and a link to a message leads there", async () => {
    const { page, trial } = await open({ deploy: AGENTS });
    await say(page, "/agents upgrade-required");
    await messagesOf(page).getByRole("button", { name: "Start", exact: true }).click(TIMEOUT);
    await page.getByRole("dialog").getByRole("button", { name: "Upgrade 2" }).click();
    const link = messagesOf(page).getByRole("link", { name: "Its card" });
    await link.waitFor(TIMEOUT);
    for (let n = 1; n <= 40; n += 1)
      trial.slack.workspace.add({ channel: "C0ONCALL", user: "U0BOB", text: `message ${n}`, blocks: [] });
    await page.getByText("message 40", { exact: true }).waitFor(TIMEOUT);
    await page.getByRole("log").evaluate((log) => log.scrollTo(0, 0));
    await say(page, "/agents whoami");
    const answer = messagesOf(page).filter({ hasText: "You may upgrade" });
    await answer.waitFor(TIMEOUT);
    await expect.poll(() => isSeen(answer)).toBe(true);
    const card = messagesOf(page).filter({ hasText: "prod-1:" });
    expect(await isSeen(card)).toBe(false);
    await link.evaluate((element: HTMLElement) => element.click());
    await expect.poll(() => isSeen(card)).toBe(true);
    expect(page.context().pages()).toHaveLength(1);
  });

  test("the guide closes for good, and opens again where that is asked for", async () => {
    const { page } = await open({ deploy: AGENTS });
    const guide = page.getByRole("region", { name: "What to try" });
    await guide.getByRole("button", { name: "Close" }).click();
    await page.reload();
    await page.getByRole("button", { name: "What to try" }).waitFor(TIMEOUT);
    expect(await guide.count()).toBe(0);
    await page.getByRole("button", { name: "What to try" }).click();
    await guide.getByRole("button", { name: "/agents whoami" }).click();
    expect(await page.getByRole("textbox", { name: "Message to #" }).inputValue()).toBe("/agents whoami");
  });

  test("of two dialogs the newer one is shown alone, and the other one comes back after it", async () => {
    const { page, trial } = await open({ deploy: AGENTS });
    await say(page, "/agents upgrade-required");
    await page.getByRole("button", { name: "Start", exact: true }).click(TIMEOUT);
    const asked = page.getByRole("dialog", { name: "Upgrade 2 agents?" });
    await asked.waitFor(TIMEOUT);
    const plan = trial.slack.workspace.messages.findLast(({ only }) => only === "U0ALICE");
    if (!plan) throw new Error("there is no plan");
    trial.slack.acts.press("U0ALICE", plan, "Adjust");
    const form = page.getByRole("dialog", { name: "Adjust the plan" });
    await form.waitFor(TIMEOUT);
    await asked.waitFor({ state: "hidden" });
    await form.getByRole("button", { name: "Close" }).click();
    await asked.waitFor(TIMEOUT);
  });
});

/** Whether all of it is on the screen. */
function isSeen(message: ReturnType<typeof messagesOf>): Promise<boolean> {
  return message.last().evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const log = element.parentElement?.getBoundingClientRect();
    return log !== undefined && top >= log.top && bottom <= log.bottom + 1;
  });
}
