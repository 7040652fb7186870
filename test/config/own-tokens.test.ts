import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ENV = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-2", DRYDOCK_PROD_TOKEN: "secret-3" };
const KEY = randomBytes(32);
const OLD = randomBytes(32);

function load(people: string, env: Record<string, string> = {}, server = "") {
  const file = join(directory, "drydock.yml");
  writeFileSync(file, `servers: {prod: {url: "https://deploy.example.com:8443"${server}}}\npeople: ${people}\n`);
  return loadConfig({ file, env: { ...ENV, ...env } });
}

test("own tokens are off unless they are switched on, and want no key then", () => {
  expect(load("{}").ownTokens).toBeUndefined();
  expect(load("{ownTokens: false}", { DRYDOCK_TOKEN_KEY: "nonsense" }).ownTokens).toBeUndefined();
});

test.each([
  ["hex", KEY.toString("hex")],
  ["capital hex", KEY.toString("hex").toUpperCase()],
  ["base64", KEY.toString("base64")],
  ["base64 without its end", KEY.toString("base64").replace("=", "")],
  ["base64 for URLs", KEY.toString("base64url")],
  ["what a shell leaves around it", ` ${KEY.toString("hex")}\n`],
])("the key is taken in %s", (_how, written) => {
  const old = `${OLD.toString("base64")}, ${OLD.toString("hex")},`;
  const { ownTokens } = load("{ownTokens: true}", { DRYDOCK_TOKEN_KEY: written, DRYDOCK_TOKEN_KEY_OLD: old });
  expect(ownTokens?.key.reveal()).toBe(KEY.toString("hex"));
  expect(ownTokens?.old.map((key) => key.reveal())).toEqual([OLD.toString("hex"), OLD.toString("hex")]);
  expect(JSON.stringify(ownTokens)).not.toContain(KEY.toString("hex"));
});

test.each<readonly [Record<string, string>, string]>([
  [{}, "DRYDOCK_TOKEN_KEY: missing, and people.ownTokens needs it: expected the key"],
  [{ DRYDOCK_TOKEN_KEY: "too-short-a-key" }, "DRYDOCK_TOKEN_KEY: expected 32 bytes in hex or base64"],
  [{ DRYDOCK_TOKEN_KEY: KEY.toString("hex").slice(2) }, "DRYDOCK_TOKEN_KEY: expected 32 bytes in hex or base64"],
  [
    { DRYDOCK_TOKEN_KEY: KEY.toString("hex"), DRYDOCK_TOKEN_KEY_OLD: "an-older-key" },
    "DRYDOCK_TOKEN_KEY_OLD: expected 32 bytes in hex or base64",
  ],
])("a key that is missing or none is refused, and not shown: %#", (env, sentence) => {
  const refused = () => load("{ownTokens: true}", env);
  expect(refused).toThrow(sentence);
  for (const value of Object.values(env)) expect(refused).not.toThrow(value);
});

test("a call that tells whose a token is: a path on that server, and a field", () => {
  const [server] = load("{}", {}, ", whoAmI: {path: /rest/me}").servers;
  expect(server?.whoAmI).toEqual({ path: "/rest/me", field: "id" });
  expect(load("{}").servers[0]?.whoAmI).toBeUndefined();
});

test.each(["https://elsewhere.example.com/me", "//elsewhere.example.com/me", "rest/me", "/a b", "/a\\\\b"])(
  "the path %s could lead to another server, and is refused",
  (path) => {
    expect(() => load("{}", {}, `, whoAmI: {path: "${path}"}`)).toThrow(/whoAmI.*expected a path on the server/s);
  },
);
