import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ENV = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-2", DRYDOCK_PROD_TOKEN: "secret-3" };

function statusesOf(statuses: string) {
  const file = join(directory, "drydock.yml");
  writeFileSync(file, `servers: {prod: {url: "https://deploy.example.com:8443"${statuses}}}\n`);
  return loadConfig({ file, env: ENV }).servers[0]?.statuses;
}

test("statuses are as the server writes them, and none are there by themselves", () => {
  expect(statusesOf(', statuses: {UPGRADE: upgrade-required, "Upgrade Later": upgrade-recommended}')).toEqual({
    UPGRADE: "upgrade-required",
    "Upgrade Later": "upgrade-recommended",
  });
  expect(statusesOf("")).toEqual({});
});

test.each([
  ["{UPGRADE: required}", /expected what the status means, one of online, .*upgrade-required.* e\.g\. statuses: /],
  ["{UPGRADE: unknown}", /expected what the status means/],
  ["{UPGRADE: gone}", /expected what the status means/],
  ["{ONLINE: upgrade-required}", /expected a status that Drydock does not know, e\.g\. UPGRADE: ONLINE means online/],
  ["[UPGRADE]", /e\.g\. statuses: \{UPGRADE: upgrade-required\}/],
])("%s is refused with an example", (statuses, sentence) => {
  expect(() => statusesOf(`, statuses: ${statuses}`)).toThrow(sentence);
});
