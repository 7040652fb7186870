import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hashConfig } from "../../src/config/config-hash.ts";
import { loadConfig } from "../../src/config/load.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ENV = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-2", DRYDOCK_PROD_TOKEN: "secret-3" };
const SERVERS = 'servers: {prod: {url: "https://deploy.example.com:8443"}}\n';
const PEOPLE = "people: {emailDomains: [example.com], mapping: {U0ALICE: {prod: alice}}}\n";

function hash(text: string, env: Readonly<Record<string, string>> = {}): string {
  const file = join(directory, "drydock.yml");
  writeFileSync(file, text);
  return hashConfig(loadConfig({ file, env: { ...ENV, ...env } }));
}

test("is the same on each host, whatever its secrets, ports, files and the order of settings are", () => {
  const here = hash(SERVERS + PEOPLE);
  expect(here).toMatch(/^[0-9a-f]{12}$/);
  const there = `health: {port: 9000}\nledger: {file: other.db}\n${PEOPLE}${SERVERS}`;
  expect(hash(there, { DRYDOCK_PROD_TOKEN: "secret-4", SLACK_BOT_TOKEN: "xoxb-5" })).toBe(here);
});

test.each([
  ["rule", SERVERS.replace('"}', '", maxAgents: 5}') + PEOPLE],
  ["server", `${SERVERS.replace("}}", "}, test: {url: 'https://test.example.com:8443'}}")}${PEOPLE}`],
  ["user of a person", SERVERS + PEOPLE.replace("prod: alice", "prod: alina")],
  ["channel", `slack: {operationsChannel: C0123456789}\n${SERVERS}${PEOPLE}`],
])("is another one with another %s", (_what, text) => {
  expect(hash(text, { DRYDOCK_TEST_TOKEN: "secret-6" })).not.toBe(hash(SERVERS + PEOPLE));
});
