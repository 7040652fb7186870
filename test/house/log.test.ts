import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { createLog } from "../../src/log.ts";

const SECRET = "a-secret-that-no-log-shows";

function lines(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = "";
  write(
    createLog("debug", {
      write(line) {
        text += line;
      },
    }),
  );
  return text;
}

/** As HTTP packages throw them: with the request, and its headers, hung on the error. */
function heavyError(): Error {
  const cause = Object.assign(new Error("below"), { config: { headers: { Authorization: SECRET } } });
  return Object.assign(new TypeError("it failed", { cause }), {
    request: { headers: { authorization: SECRET } },
    body: { view: { state: { values: SECRET } } },
    original: cause,
  });
}

test("an error is logged with what it says, where and why, and with nothing that packages hang on it", () => {
  const text = lines((log) => log.error({ error: heavyError() }, "a command failed"));
  expect(JSON.parse(text)).toMatchObject({
    level: 50,
    error: {
      type: "TypeError",
      message: "it failed",
      stack: expect.stringContaining("log.test.ts"),
      cause: { message: "below" },
    },
  });
  expect(text).not.toContain(SECRET);
});

test.each([
  [{ token: SECRET }],
  [{ call: { values: { token: [SECRET] } } }],
  [{ request: { headers: { authorization: SECRET } } }],
  [{ credentials: { kind: "token", token: SECRET } }],
  [{ token: new Secret(SECRET) }],
  [{ deep: { deeper: { deepest: new Secret(SECRET) } } }],
])("facts are logged without secrets: %#", (facts) => {
  expect(lines((log) => log.debug(facts, "said"))).not.toContain(SECRET);
});

test("a secret shows itself nowhere but where it is asked to", () => {
  const secret = new Secret(SECRET);
  expect([`${secret}`, JSON.stringify({ secret }), inspect({ secret }, { depth: 9 })].join()).not.toContain(SECRET);
  expect(secret.reveal()).toBe(SECRET);
});
