import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { SlackTokenError } from "../../src/adapters/slack/slack-error.ts";
import { faultOf } from "../../src/cli/fault-of.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { ConfigError } from "../../src/config/problem.ts";
import { OperatorError, SlackError } from "../../src/core/ports.ts";
import { UserError } from "../../src/core/user-error.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import { LedgerUnwritable } from "../../src/model/ledger-port.ts";

const STACK = /^ {4}at .*fault-of\.test\.ts/m;

/** What running it throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

describe("what a person can put right is a sentence", () => {
  test.each([
    ["a wrong command line", new UsageError("sentence"), 2],
    ["a configuration", new ConfigError([{ where: "drydock.yml:1", what: "sentence" }]), 1],
    ["what was asked for", new UserError("no-answers", "sentence"), 1],
    ["a file, a key or another process", new OperatorError("sentence"), 1],
    ["a server", new ServerError("denied", "sentence"), 1],
    ["a ledger that cannot be written", new LedgerUnwritable("full"), 1],
    ["a token that Slack refuses", new SlackTokenError("SLACK_BOT_TOKEN", "invalid_auth"), 1],
  ])("%s", (_what, error, code) => {
    expect(faultOf(error)).toEqual({ text: error.message, code });
  });

  test("a file that the operating system refuses is named", () => {
    const missing = faultOf(thrownBy(() => readFileSync("/no/such/file")));
    expect(missing).toEqual({ text: expect.stringContaining("/no/such/file does not exist"), code: 1 });
    // Node names no path once a file is open.
    expect(faultOf(thrownBy(() => readFileSync("/"))).text).toContain("is a folder. Give a file instead.");
  });

  test.each([
    ["ENOSPC", "is full"],
    ["EACCES", "may not open /var/lib/drydock/ledger.db"],
    ["EROFS", "read-only disk"],
    ["EISDIR", "is a folder"],
    ["EEXIST", "exists already"],
  ])("%s", (code, sentence) => {
    const error = Object.assign(new Error(`${code}: x`), { code, syscall: "open", path: "/var/lib/drydock/ledger.db" });
    const { text } = faultOf(error);
    expect(text).toContain(sentence);
    expect(text).toContain("/var/lib/drydock/ledger.db");
    expect(text).not.toMatch(STACK);
  });

  test("a port that is in use is named, and where to set another", async () => {
    const first = createServer();
    await new Promise<void>((resolve) => first.listen(0, "127.0.0.1", resolve));
    const { port } = first.address() as { port: number };
    const second = createServer();
    const error = await new Promise((resolve) => second.on("error", resolve).listen(port, "127.0.0.1"));
    await new Promise((resolve) => first.close(resolve));
    expect(faultOf(error).text).toContain(`already listens on port ${port} (127.0.0.1)`);
    expect(faultOf(error).text).toContain("slack.http.port");
  });
});

describe("a bug shows its stack", () => {
  test.each([
    ["a TypeError", () => (undefined as unknown as { x: number }).x],
    [
      "a plain Error",
      () => {
        throw new Error("The engine was started already.");
      },
    ],
    [
      "a RangeError",
      () => {
        throw new RangeError("out of range");
      },
    ],
    [
      "an error of Slack's that no part of Drydock handled",
      () => {
        throw new SlackError("away", "unreachable", "no answer");
      },
    ],
    [
      "an operating system error without a file",
      () => {
        throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
      },
    ],
    [
      "an error that only looks like one of a file",
      () => {
        throw Object.assign(new Error("EUNHEARD"), { code: "EUNHEARD", path: "/tmp/x" });
      },
    ],
  ])("%s", (_what, bug) => {
    const { text, code } = faultOf(thrownBy(bug));
    expect(code).toBe(1);
    expect(text).toContain("Drydock has a bug.");
    expect(text).toMatch(STACK);
  });

  test("with what caused it, and without what packages attach to it", () => {
    const cause = Object.assign(new TypeError("the cause"), {
      config: { headers: { Authorization: "Bearer xoxb-1" } },
    });
    const { text } = faultOf(new Error("the effect", { cause }));
    expect(text).toContain("Error: the effect");
    expect(text).toContain("Caused by: TypeError: the cause");
    expect(text).not.toContain("xoxb-1");
  });

  test("a chain of causes that never ends, and what is no error at all", () => {
    const loop = new Error("loop");
    loop.cause = loop;
    expect(faultOf(loop).text.match(/Caused by/g)).toHaveLength(5);
    expect(faultOf("a string").text).toContain("a string");
    expect(faultOf(undefined)).toMatchObject({ code: 1 });
  });
});
