/** Takes the README's pictures from the real page, with the real Drydock behind it: `npm run pictures` writes docs/pictures. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startPage } from "../../playground/page/start-page.ts";
import { ABOUT, CHANNELS, FLEET, SERVER } from "../../playground/play.ts";
import { startTrial } from "../../playground/trial.ts";
import { launchChromium } from "../support/chromium.ts";

const FOLDER = "docs/pictures";
const TIMEOUT = { timeout: 60_000 };

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const trial = await startTrial({
    deploy: { agents: FLEET, seed: 7, scale: 40 },
    slack: { channels: CHANNELS },
    bot: ["node", "dist/src/main.js"],
    server: SERVER,
  });
  const served = await startPage({ ...trial, about: ABOUT, pace: () => "a minute takes 1.5 s" });
  const browser = await launchChromium();
  try {
    await trial.startBot();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 });
    const page = await context.newPage();
    await page.goto(served.url);
    const take = (name: string) => page.screenshot({ path: join(FOLDER, `${name}.png`) });
    const box = page.getByRole("textbox", { name: "Message to #" });

    await box.fill('/agents upgrade-required --name "web-*" --reason "patch night"');
    await box.press("Enter");
    await page.getByRole("button", { name: "Start", exact: true }).waitFor(TIMEOUT);
    await page.getByRole("button", { name: "Close" }).click();
    await take("plan");

    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("button", { name: /^Upgrade \d+$/ }).click();
    await page
      .getByText(/[5-9] of \d+ upgraded/)
      .first()
      .waitFor(TIMEOUT);
    await page.emulateMedia({ colorScheme: "dark" });
    await take("rollout");

    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 390, height: 844 });
    await take("phone");
  } finally {
    await browser.close();
    await served.stop();
    await trial.stop();
  }
}

void main();
