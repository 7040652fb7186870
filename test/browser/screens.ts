/**
 * Takes a picture of every screen that a person meets, on a desk and on a phone, light and dark, to be looked at:
 * `npm run screens -- FOLDER`.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buttonFor } from "../../playground/messages.ts";
import { createPacedClock } from "../../playground/paced-clock.ts";
import { startPage } from "../../playground/page/start-page.ts";
import { ABOUT, APPROVALS, CHANNELS, FLEET, SERVER } from "../../playground/play.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import type { SlackMessage } from "../../playground/slack/workspace.ts";
import { createStage } from "../../playground/stage.ts";
import { inProcessStarter } from "../../playground/start-in-process.ts";
import { startTrial } from "../../playground/trial.ts";
import { launchChromium } from "../support/chromium.ts";

const SCREENS = [
  ["desk-light", { width: 1440, height: 900 }, "light"],
  ["desk-dark", { width: 1440, height: 900 }, "dark"],
  ["phone-light", { width: 390, height: 844 }, "light"],
  ["phone-dark", { width: 390, height: 844 }, "dark"],
] as const;
const SPEED = 20;
/** A state stays while its four pictures are taken, on a busy machine too. */
const SPEED_FOR_PICTURES = 1;

async function main(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const clock = createPacedClock(SPEED);
  const trial = await startTrial({
    clock,
    deploy: { agents: FLEET, relays: { "relay-3": "7.1.2.9.1112000" }, seed: 983 },
    slack: { channels: CHANNELS },
    bot: inProcessStarter(clock),
    approvals: APPROVALS,
    server: SERVER,
  });
  const served = await startPage({ ...trial, about: ABOUT, pace: () => "a minute takes 3 s" });
  const browser = await launchChromium();
  const page = await browser.newPage();
  const stage = createStage(trial, clock, () => {});
  const { deploy } = trial;

  async function take(name: string): Promise<void> {
    clock.setSpeed(SPEED_FOR_PICTURES);
    for (const [screen, viewport, colorScheme] of SCREENS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => {
        for (const log of document.querySelectorAll(".log")) log.scrollTo(0, log.scrollHeight);
      });
      await page.screenshot({ path: join(folder, `${name}-${screen}.png`) });
    }
    await page.setViewportSize(SCREENS[0][1]);
    clock.setSpeed(SPEED);
  }

  async function actAs(name: string): Promise<void> {
    await page.getByRole("combobox", { name: "Act as" }).selectOption({ label: name });
  }

  const press = (person: string, message: SlackMessage, command: string) => stage.press(person, message, command);
  const has = (command: string) => (message: SlackMessage) => buttonFor(message, command) !== undefined;
  const says = (words: RegExp) => (message: SlackMessage) => words.test(renderText(message));
  const card = (id: string, test: (message: SlackMessage) => boolean) => stage.posted(`${id}/card`, test);

  async function started(person: string, text: string): Promise<void> {
    press(person, await stage.ask(person, text, has("start")), "start");
  }

  async function openThread(): Promise<void> {
    await page
      .getByRole("button", { name: /repl(y|ies), last at/ })
      .last()
      .click();
  }

  try {
    await trial.startBot();
    await page.goto(served.url);
    await take("guide");
    await page.getByRole("button", { name: "Close" }).click();
    await stage.ask("U0ALICE", "help", says(/Steer/));
    await take("help");
    await page.getByRole("button", { name: "drydock", exact: true }).click();
    await page.getByText("agents cannot deploy").first().waitFor();
    await take("home");
    await page.getByRole("button", { name: /^on-call/ }).click();

    await stage.ask("U0ALICE", "status", says(/prod/));
    await take("status");
    const plan = await stage.ask("U0ALICE", 'upgrade-required --name "web-*" --reason "patch night"', has("start"));
    await take("plan");
    press("U0ALICE", plan, "start");
    await card("prod-1", says(/[3-9] of 13 upgraded/));
    await take("running");
    await page.getByRole("button", { name: "Agents", exact: true }).last().click();
    await page.getByRole("dialog").getByText("web-01").first().waitFor();
    await take("agents");
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    deploy.trouble({ kind: "unreachable", seconds: 300 });
    await card("prod-1", says(/does not answer/));
    await take("outage");
    await stage.ended("prod-1");
    await take("result-all");

    await started("U0DAVE", 'upgrade-required --name "db-prod-*" --reason "patch night"');
    await stage.posted("prod-2/halt-1");
    const paused = await card("prod-2", has("resume"));
    await take("paused");
    await openThread();
    await take("thread");
    await page.getByRole("button", { name: "Close the thread" }).click();
    press("U0DAVE", paused, "stop");
    await stage.ended("prod-2");
    await take("result-stopped");

    await started("U0ALICE", "upgrade edge-07 build-01 db-prod-14");
    await stage.ended("prod-3");
    await take("result-some");
    await started("U0ALICE", "upgrade db-prod-14");
    await stage.ended("prod-4");
    await take("result-none");

    const wide = await stage.ask("U0DAVE", "upgrade 'build-*' --slots 4 --reason \"patch night\"", has("request"));
    press("U0DAVE", wide, "request");
    await card("prod-5", has("approve"));
    await actAs("bob");
    await take("request");
    await page.getByRole("button", { name: "drydock", exact: true }).click();
    await page.getByText("prod-5").first().waitFor();
    await take("home-approver");
  } finally {
    await browser.close();
    await served.stop();
    await trial.stop();
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name a folder for the pictures.");
void main(folder);
