import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { actAs, DESK, describe, messagesOf, PHONE, say, useBrowser } from "../support/page.ts";

const open = useBrowser();
const TIMEOUT = { timeout: 400_000 };

const SMALL: readonly AgentSeed[] = [
  ...Array.from({ length: 5 }, (_, i) => ({ name: `web-${i + 1}`, relayId: "relay-1" })),
  { name: "db-1", fault: "refused" },
];
const FLEET = { agents: SMALL, seed: 3 };

describe("without typing", () => {
  test("a person's own page, and Plan upgrade on a message, plan the agents", async () => {
    const { page } = await open({ deploy: FLEET });
    await page.getByRole("button", { name: "drydock", exact: true }).click();
    const home = page.getByRole("region", { name: "Your page with drydock" });
    await home.getByText("6 of 6 agents cannot deploy").waitFor(TIMEOUT);
    await home.getByRole("button", { name: "Help", exact: true }).click();
    await page.getByRole("dialog").getByText("Steer").first().waitFor(TIMEOUT);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

    await page.getByRole("button", { name: "on-call" }).first().click();
    await say(page, "web-1 and web-77 cannot deploy");
    await messagesOf(page).filter({ hasText: "web-77" }).first().hover();
    await page.getByRole("button", { name: "Plan upgrade" }).first().click();
    const plan = messagesOf(page).filter({ hasText: "Not found: web-77" });
    await plan.getByText("Only visible to you").waitFor(TIMEOUT);
    await plan.getByRole("button", { name: "Start" }).waitFor(TIMEOUT);
  });
});

describe("the main job on the page", () => {
  test("by mouse: plan, Start, a dialog that asks first, card, thread, the list as a file", async () => {
    const { page, trial } = await open({ deploy: FLEET });
    await say(page, "/agents upgrade-required");
    const plan = messagesOf(page).filter({ hasText: "Upgrade 6 of 6 agents on prod" });
    await plan.getByText("Only visible to you").waitFor(TIMEOUT);
    await plan.getByRole("button", { name: "Start" }).click();
    const asked = page.getByRole("dialog", { name: "Upgrade 6 agents?" });
    await asked.getByRole("button", { name: "Not now" }).click();
    expect([await asked.count(), trial.deploy.fleet.triggers.length]).toEqual([0, 0]);
    await plan.getByRole("button", { name: "Start" }).click();
    await asked.getByRole("button", { name: "Upgrade 6" }).click();
    const card = messagesOf(page).filter({ hasText: "prod-1:" });
    await card.getByText("5 of 6 upgraded, 1 failed").waitFor(TIMEOUT);
    await card.getByRole("button", { name: /repl(y|ies), last at/ }).click();
    const thread = page.getByRole("region", { name: "Thread" });
    await thread.getByText("no write permission on AGENT_HOME/bin/air-agentupgrade.jar").first().waitFor(TIMEOUT);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      thread.getByRole("link", { name: /every agent/ }).click(),
    ]);
    expect(await readFile(await download.path(), "utf8")).toContain("web-1");
    await card.getByRole("button", { name: "Agents" }).click();
    await page.getByRole("dialog").getByText("db-1").first().waitFor(TIMEOUT);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("by keyboard alone: the command completed, Start found and confirmed", async () => {
    const { page, trial } = await open({ deploy: FLEET });
    const { keyboard } = page;
    await tabTo(page, "Message to #on-call");
    await keyboard.type("/ag");
    await page.getByRole("option", { name: /\/agents/ }).waitFor(TIMEOUT);
    await keyboard.press("Tab");
    await keyboard.type("upgrade-required");
    await page.getByText("/agents status | ").waitFor(TIMEOUT);
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Start", exact: true }).waitFor(TIMEOUT);
    await tabTo(page, "Start", "Shift+Tab");
    await keyboard.press("Enter");
    await page.getByRole("dialog").waitFor(TIMEOUT);
    await keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await tabTo(page, "Start", "Shift+Tab");
    await keyboard.press("Enter");
    await tabTo(page, "Upgrade 6");
    await keyboard.press("Enter");
    await messagesOf(page).getByText("5 of 6 upgraded, 1 failed").waitFor(TIMEOUT);
    expect(trial.deploy.fleet.maxInFlight).toBeLessThanOrEqual(10);
  });

  test("another person sees neither the plan nor a Start button, and is told what is missing", async () => {
    const { page } = await open({ deploy: FLEET });
    await say(page, "/agents upgrade-required");
    await page.getByRole("button", { name: "Start", exact: true }).waitFor(TIMEOUT);
    await actAs(page, "carol");
    await page.getByText("May look at every agent and upgrade none.").waitFor(TIMEOUT);
    expect(await messagesOf(page).count()).toBe(0);
    await say(page, "/agents upgrade-required");
    await messagesOf(page).filter({ hasText: "6 left out: you lack" }).waitFor(TIMEOUT);
    expect(await page.getByRole("button", { name: "Start", exact: true }).count()).toBe(0);
  });
});

describe("forms on the page", () => {
  test("a modal says what is wrong at the field, and takes what is right", async () => {
    const { page } = await open({ deploy: FLEET });
    await say(page, "/agents upgrade-required");
    await page.getByRole("button", { name: "Adjust" }).click(TIMEOUT);
    const modal = page.getByRole("dialog", { name: "Adjust the plan" });
    const slots = modal.getByRole("textbox", { name: /at once/i });
    await slots.fill("11");
    await modal.getByRole("button", { name: "Plan again" }).click();
    await modal.getByRole("alert").getByText("A whole number from 1 to 10").waitFor(TIMEOUT);
    await slots.fill("4");
    await modal.getByRole("button", { name: "Plan again" }).click();
    await messagesOf(page).getByText("at most 4 at a time").waitFor(TIMEOUT);
    await modal.waitFor({ state: "detached" });
  });

  test("search finds agents in a fleet of 500, by keyboard, and a glob takes many at once", async () => {
    const agents = Array.from({ length: 500 }, (_, i) => ({ name: `web-${String(i + 1).padStart(3, "0")}` }));
    const { page } = await open({ deploy: { agents } });
    await say(page, "/agents upgrade-required");
    await page.getByRole("button", { name: "Adjust" }).click(TIMEOUT);
    const search = page.getByRole("combobox", { name: "Leave out" });
    await search.fill("web-49*");
    await page.getByRole("option", { name: "all 10 that match web-49*" }).waitFor(TIMEOUT);
    await page.keyboard.press("Enter");
    await search.fill("480");
    await page.getByRole("option", { name: "web-480" }).waitFor(TIMEOUT);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Take back web-480" }).waitFor(TIMEOUT);
    await page.getByRole("button", { name: "Plan again" }).click();
    await messagesOf(page).getByText("Upgrade 489 of 500 agents on prod").waitFor(TIMEOUT);
  });
});

describe("the panel", () => {
  test("a full disk, ordered there, is what the thread then tells; upgrades elsewhere count as such", async () => {
    const { page, clock } = await open({ deploy: FLEET });
    const panel = page.getByRole("complementary", { name: "The simulated fleet" });
    await panel.getByRole("switch", { name: /disks are full/ }).check();
    await say(page, "/agents upgrade web-1 web-2");
    await page.getByRole("button", { name: "Start", exact: true }).click(TIMEOUT);
    await page.getByRole("dialog").getByRole("button", { name: "Upgrade 2" }).click();
    await messagesOf(page).getByText("none of 2 upgraded").waitFor(TIMEOUT);
    // The page looks at the fleet three times a second: at the pace of people it sees these two on any machine.
    clock.setSpeed(1);
    await panel.getByRole("button", { name: "Upgrade 2 agents elsewhere" }).click();
    await panel.getByText("0 by Drydock, 2 started elsewhere.").waitFor(TIMEOUT);
  });

  test("what people do arrives twice, ordered there: counted down, and one plan, one rollout all the same", async () => {
    const { page, trial } = await open({ deploy: FLEET });
    const slack = page.getByRole("region", { name: "Break Slack" });
    await slack
      .getByRole("combobox", { name: "What goes wrong" })
      .selectOption({ label: "what people do arrives twice" });
    await slack.getByRole("spinbutton", { name: "How often" }).fill("2");
    await slack.getByRole("button", { name: "Break it" }).click();
    await slack.getByText("what people do arrives twice: 2 to come").waitFor(TIMEOUT);
    await say(page, "/agents upgrade-required");
    await page.getByRole("button", { name: "Start", exact: true }).click(TIMEOUT);
    await page.getByRole("dialog").getByRole("button", { name: "Upgrade 6" }).click();
    await messagesOf(page).getByText("5 of 6 upgraded, 1 failed").waitFor(TIMEOUT);
    expect([await slack.getByText("to come").count(), await messagesOf(page).count()]).toEqual([0, 2]);
    expect([...trial.deploy.fleet.agents.values()].filter(({ accepted }) => accepted > 1)).toEqual([]);
  });
});

describe("the page itself", () => {
  test("marks what is unread, and what is for whoever looks, until it is looked at", async () => {
    const { page } = await open({ deploy: FLEET });
    await page.getByRole("button", { name: "operations", exact: true }).click();
    await actAs(page, "bob");
    await page.getByRole("button", { name: "on-call", exact: true }).click();
    await say(page, "good evening @alice");
    await actAs(page, "alice");
    await page.getByRole("button", { name: "operations", exact: true }).click();
    await say(page, "something else");
    await say(page, "and @bob should know");
    await page.getByRole("button", { name: /^on-call/ }).click();
    await actAs(page, "bob");
    const operations = page.getByRole("button", { name: "operations, 2 unread, 1 for you" });
    await operations.waitFor(TIMEOUT);
    await operations.click();
    await page.getByText("something else").waitFor(TIMEOUT);
    await page.getByRole("button", { name: "operations", exact: true }).waitFor(TIMEOUT);
  });

  test("on a desk and on a phone, light and dark: nothing is out of reach or hard to read, in every part", async () => {
    const { page, clock } = await open({ deploy: FLEET });
    await say(page, "/agents upgrade-required");
    await page.getByRole("button", { name: "Start", exact: true }).waitFor(TIMEOUT);
    // A plan is kept for half an hour.
    clock.setSpeed(1);
    for (const colorScheme of ["light", "dark"] as const)
      for (const screen of [DESK, PHONE]) {
        await page.setViewportSize(screen);
        await page.emulateMedia({ colorScheme });
        const expectNone = async (where: string) =>
          expect({ colorScheme, screen, where, problems: await problemsOf(page) }).toMatchObject({ problems: [] });
        await expectNone("at first");
        for (const part of screen === PHONE ? ["Channels", "Fleet", "Conversation"] : []) {
          await page.getByRole("button", { name: part, exact: true }).click();
          await expectNone(part);
        }
        await page.getByRole("button", { name: "Adjust" }).click();
        await page.getByRole("dialog").waitFor(TIMEOUT);
        await expectNone("Adjust");
        await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
        await page.getByRole("dialog").waitFor({ state: "detached" });
      }
  });

  test("answers under this machine's own names only, and takes no form from elsewhere", async () => {
    const { page } = await open({ deploy: FLEET });
    const { host, origin } = new URL(page.url());
    const foreign = await page.request.get(origin, { headers: { host: host.replace("127.0.0.1", "evil.test") } });
    expect(foreign.status()).toBe(403);
    const form = await page.request.post(`${origin}/do`, { form: { type: "token", revoked: "true" } });
    expect(form.status()).toBe(415);
    const nonsense = await page.request.post(`${origin}/do`, { data: { type: "no-such" } });
    expect([nonsense.status(), await nonsense.text()]).toEqual([400, expect.stringContaining("That cannot be done")]);
  });
});

/** Presses a key until what has this name has the focus. */
async function tabTo(page: Page, name: string, key = "Tab"): Promise<void> {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press(key);
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
    });
    if (focused === name) return;
  }
  throw new Error(`60 presses of ${key} did not reach "${name}".`);
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What is wrong for people with a screen reader, a keyboard or weak eyes, as axe sees it; and whether the page is wider than the screen. */
async function problemsOf(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(await readFile(axe, "utf8"));
  return page.evaluate(async () => {
    const { axe: judge } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> };
    };
    const { violations } = await judge.run();
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ["wider than the screen"] : [];
    return [
      ...wide,
      ...violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 120)} (${failureSummary})`).join(" | ")}`,
      ),
    ];
  });
}
