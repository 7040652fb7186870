import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startDeploy } from "../../playground/deploy/start-deploy.ts";
import { withSecretFiles } from "../../src/config/with-secret-files.ts";
import { runProgram } from "../support/run-program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const SECRETS = [
  "SLACK_BOT_TOKEN",
  "SLACK_APP_TOKEN",
  "SLACK_SIGNING_SECRET",
  "DATABASE_URL",
  "DATABASE_URL_DIRECT",
  "DRYDOCK_LEDGER_KEY",
  "DRYDOCK_LEDGER_KEY_OLD",
  "DRYDOCK_TOKEN_KEY",
  "DRYDOCK_TOKEN_KEY_OLD",
  "DRYDOCK_PROD_TOKEN",
  "DRYDOCK_NORTH_PROD_USERNAME",
  "DRYDOCK_NORTH_PROD_PASSWORD",
  "DS_AUTH_TOKEN",
  "DS_USERNAME",
  "DS_PASSWORD",
];

describe("a secret in a file", () => {
  test.each(SECRETS)("%s is read without what an editor leaves around it", (name) => {
    const env = withSecretFiles({ [`${name}_FILE`]: file("secret", " a secret \r\n") });
    expect(env[name]).toBe("a secret");
  });

  test("any one line of text comes back as it was written", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((text) => text.trim() === text && text !== "" && !text.includes("\n")),
        (text) => {
          expect(withSecretFiles({ DS_PASSWORD_FILE: file("secret", `${text}\n`) }).DS_PASSWORD).toBe(text);
        },
      ),
    );
  });

  test("other variables stay as they are, and so does an empty one", () => {
    const env = {
      LOG_FILE: "/nowhere",
      DRYDOCK_CONFIG_FILE: "/nowhere",
      SLACK_BOT_TOKEN_FILE: "",
      SLACK_BOT_TOKEN: "x",
    };
    expect(withSecretFiles(env)).toEqual(env);
  });

  test("every file that cannot be used is named, and no content is shown", () => {
    const several = file("several", "hidden-1\nhidden-2\n");
    const env = {
      SLACK_BOT_TOKEN: "hidden-3",
      SLACK_BOT_TOKEN_FILE: file("both", "hidden-4"),
      SLACK_APP_TOKEN_FILE: join(folder, "none"),
      DRYDOCK_PROD_TOKEN_FILE: file("empty", "\n"),
      DRYDOCK_LEDGER_KEY_FILE: several,
      DS_PASSWORD_FILE: folder,
    };
    const read = () => withSecretFiles(env);
    expect(read).toThrow("environment, SLACK_BOT_TOKEN_FILE: SLACK_BOT_TOKEN is set too: expected one of the two");
    expect(read).toThrow(`environment, SLACK_APP_TOKEN_FILE: ${join(folder, "none")} cannot be read (ENOENT)`);
    expect(read).toThrow(`environment, DRYDOCK_PROD_TOKEN_FILE: ${join(folder, "empty")} is empty`);
    expect(read).toThrow(`environment, DRYDOCK_LEDGER_KEY_FILE: ${several} has several lines`);
    expect(read).toThrow(`environment, DS_PASSWORD_FILE: ${folder} cannot be read (EISDIR)`);
    expect(read).not.toThrow(/hidden/);
  });
});

describe("the program", () => {
  test("checks a configuration whose secrets are all in files", async () => {
    const config = file("drydock.yml", "servers: {prod: {url: 'https://ucd.corp.test:8443'}}\n");
    const { status, stdout, stderr } = await runProgram(["config", "check", "--config", config], {
      SLACK_BOT_TOKEN_FILE: file("bot", "xoxb-1\n"),
      SLACK_APP_TOKEN_FILE: file("app", "xapp-2\n"),
      DRYDOCK_PROD_TOKEN_FILE: file("prod", "secret-3\n"),
      DRYDOCK_LEDGER_KEY_FILE: file("key", `${"k".repeat(64)}\n`),
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("the environment are right");
  });

  test("makes a plan with a password in a file", async () => {
    const deploy = await startDeploy({ agents: [{ name: "web-1" }] });
    try {
      const env = { DS_USERNAME: "drydock", DS_PASSWORD_FILE: file("password", "dry-dock-password\n") };
      const { stdout } = await runProgram(["plan", "--url", deploy.url], env);
      expect(stdout).toContain("Upgrade 1 of 1 agent on 127.0.0.1");
    } finally {
      await deploy.stop();
    }
  });

  test("names a file that is not there, and still gives help", async () => {
    const env = { DS_PASSWORD_FILE: join(folder, "none") };
    const refused = await runProgram(["config", "check"], env);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining("environment, DS_PASSWORD_FILE: ")]);
    expect((await runProgram(["--help"], env)).status).toBe(0);
    expect((await runProgram(["--version"], env)).status).toBe(0);
  });
});
