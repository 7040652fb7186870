import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { checkFile, loadConfig } from "../../src/config/load.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ENV = {
  SLACK_BOT_TOKEN: "xoxb-secret-1",
  SLACK_APP_TOKEN: "xapp-secret-2",
  DRYDOCK_PROD_TOKEN: "secret-3",
  DRYDOCK_LIVE_TOKEN: "secret-4",
};

function fileOf(prod: string, live: string, ...more: readonly string[]): string {
  const file = join(directory, "drydock.yml");
  const lines = more.map((line) => `    ${line}\n`).join("");
  writeFileSync(
    file,
    `servers:\n  prod:\n    url: ${prod}\n    approvals: 0\n  live:\n    url: ${live}\n    approvals: 0\n${lines}`,
  );
  return file;
}

describe("two names for one address", () => {
  test.each([
    ["the same", "https://ucd.corp.test:8443", "https://ucd.corp.test:8443"],
    ["in other letters", "https://ucd.corp.test", "https://UCD.Corp.Test"],
    ["with the default port", "https://ucd.corp.test", "https://ucd.corp.test:443"],
    ["with a slash at the end", "https://ucd.corp.test/ucd", "https://ucd.corp.test/ucd/"],
    ["with a dot at the end of the host", "https://ucd.corp.test:8443", "https://ucd.corp.test.:8443"],
  ])("%s: refused at the start and by config check, with the line", (_how, prod, live) => {
    const file = fileOf(prod, live);
    for (const read of [() => loadConfig({ file, env: ENV }), () => checkFile(file)])
      expect(read).toThrow(/drydock\.yml:6, servers\.live\.url: live is the same server as prod/);
  });

  test("are refused as well if one is called a clone: there are no other agents at the same address", () => {
    const file = fileOf("https://ucd.corp.test", "https://ucd.corp.test/", "clone: true");
    for (const read of [() => loadConfig({ file, env: ENV }), () => checkFile(file)])
      expect(read).toThrow("Expected one name for both, or the other server's own address");
  });

  test("are two servers at two addresses, and a clone is one, too", () => {
    for (const more of [[], ["clone: true"]]) {
      const file = fileOf("https://a.corp.test", "https://b.corp.test", ...more);
      expect(loadConfig({ file, env: ENV }).servers.map(({ clone }) => clone)).toEqual([false, more.length > 0]);
    }
  });
});
