import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, describe as vitestDescribe } from "vitest";
import { createPacedClock, type PacedClock } from "../../playground/paced-clock.ts";
import { startPage } from "../../playground/page/start-page.ts";
import { ABOUT } from "../../playground/play.ts";
import { inProcessStarter } from "../../playground/start-in-process.ts";
import { startTrial, type Trial, type TrialOptions } from "../../playground/trial.ts";
import { launchChromium, stopFollowingPromises } from "./chromium.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Why there is no browser on this machine; empty = there is one. */
    noBrowser: string;
  }
}

/** Where this machine has no browser these are skipped; the end of the run says so. */
export const describe = vitestDescribe.skipIf(inject("noBrowser") !== "");

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };

/** A minute takes a second: a rollout of small upgrades is over in some seconds, and no plan is too old while a test reads it. */
const SPEED = 60;
const UPGRADE_SPEED = 4;

export interface Visit {
  readonly page: Page;
  readonly trial: Trial;
  /** The time of the trial. */
  readonly clock: PacedClock;
}

/** Opens the trial's page in a real browser, with Drydock running behind it. Whatever the page logs as an error fails the test. */
export function useBrowser(): (
  options: Omit<TrialOptions, "bot" | "clock">,
  screen?: { readonly phone?: boolean },
) => Promise<Visit> {
  let browser: Browser | undefined;
  const ends: (() => Promise<unknown>)[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    if (inject("noBrowser") === "") browser = await launchChromium();
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    expect(errors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    stopFollowingPromises();
  });

  return async (options, screen = {}) => {
    if (!browser) throw new Error("there is no browser");
    const clock = createPacedClock(SPEED);
    ends.push(async () => clock.stop());
    const deploy = { upgradeSpeed: UPGRADE_SPEED, ...options.deploy };
    const trial = await startTrial({ ...options, deploy, clock, bot: inProcessStarter(clock) });
    ends.push(() => trial.stop());
    const served = await startPage({ ...trial, about: ABOUT, pace: () => "it goes fast" });
    ends.push(() => served.stop());
    await trial.startBot();
    const context = await browser.newContext({
      viewport: screen.phone ? PHONE : DESK,
    });
    ends.push(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(served.url);
    return { page, trial, clock };
  };
}

/** What is said in the channel that is open. */
export function messagesOf(page: Page): Locator {
  return page.getByRole("region", { name: "Channel" }).getByRole("article");
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message to #" }).fill(text);
  await page.getByRole("region", { name: "Channel" }).getByRole("button", { name: "Send" }).click();
}

export async function actAs(page: Page, name: string): Promise<void> {
  await page.getByRole("combobox", { name: "Act as" }).selectOption({ label: name });
}
