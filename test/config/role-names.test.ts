import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { lineText } from "../../src/core/view.ts";
import { describePolicy } from "../../src/gates/describe-policy.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ENV = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-2", DRYDOCK_PROD_TOKEN: "secret-3" };

function policyOf(permissions: string) {
  const file = join(directory, "drydock.yml");
  writeFileSync(file, `servers: {prod: {url: "https://deploy.example.com:8443", permissions: ${permissions}}}\n`);
  return loadConfig({ file, env: ENV }).servers[0]?.policy;
}

test("what roles carry is a rule, short or with subtypes, and is read out with the others", () => {
  const policy = policyOf(
    "{roleNames: {Upgrader: [View Agents, Upgrade Agents], Any: {permissions: [View Agents], subtypes: [Production]}}}",
  );
  expect(policy?.roleNames).toEqual({
    Upgrader: { permissions: ["View Agents", "Upgrade Agents"], subtypes: [] },
    Any: { permissions: ["View Agents"], subtypes: ["Production"] },
  });
  const words = policy ? describePolicy(policy).map(lineText).join("\n") : "";
  expect(words).toContain("may do, Upgrader counts as View Agents, Upgrade Agents on agents of the standard type.");
  expect(words).toContain("may do, Any counts as View Agents on agents of the standard type and of Production.");
});

test("without them the rules are those of before, to the hash", () => {
  expect(policyOf("{}")).not.toHaveProperty("roleNames");
});

test.each(["{roleNames: [Upgrader]}", "{roleNames: {Upgrader: []}}", "{roleNames: {Upgrader: {subtypes: [x]}}}"])(
  "%s is refused with an example",
  (permissions) => {
    expect(() => policyOf(permissions)).toThrow(/roleNames.*e\.g\. .*View Agents/s);
  },
);
