import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../src/config/load.ts";
import { STARTER_FILE } from "../../src/config/starter-file.ts";

const directory = mkdtempSync(join(tmpdir(), "starter-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const ENV = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-2", DRYDOCK_PROD_TOKEN: "t" };

function load(text: string) {
  const file = join(directory, "drydock.yml");
  writeFileSync(file, text);
  return loadConfig({ file, env: ENV });
}

function settingsIn(value: unknown): number {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? Object.values(value).reduce<number>((sum, inner) => sum + settingsIn(inner), 0) : 1;
}

test("the file that init writes has six settings, observes, and warns of each value that is to be replaced", () => {
  const config = load(STARTER_FILE);
  expect(settingsIn(parse(STARTER_FILE))).toBe(6);
  expect(config.servers.map(({ policy }) => policy.mode)).toEqual(["observe"]);
  expect(config.warnings).toHaveLength(5);
});

test("with one's own values and mode: live it is ready to upgrade", () => {
  const own = STARTER_FILE.replaceAll("example.com", "corp.test")
    .replaceAll("0123456789", "0ABCDEFGH")
    .replace("mode: observe", "mode: live");
  const config = load(own);
  expect([config.servers[0]?.policy.mode, config.warnings]).toEqual(["live", []]);
});
