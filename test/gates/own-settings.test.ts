import { expect, test } from "vitest";
import { policyWords } from "../../src/domain/gates/words.ts";
import { hashPolicy } from "../../src/domain/plans/plan-hash.ts";
import { ownSettings, settingRows } from "../../src/gates/own-settings.ts";
import { policyWith } from "../support/policy.ts";

const HEAD = `# Settings of single gates

Rules that are off unless a server's part of the configuration switches them on. This page is generated from src/gates:
\`npx vitest run test/gates/own-settings.test.ts -u\` writes it.

| setting | default | what |
| --- | --- | --- |
`;

test("the page of settings is what the list of gates says", async () => {
  await expect(
    HEAD +
      settingRows()
        .map((row) => `${row}\n`)
        .join(""),
  ).toMatchFileSnapshot("../../docs/gate-settings.md");
});

test("a setting at its default changes neither the rules in words nor their hash", () => {
  const policy = policyWith(ownSettings({}));
  expect(hashPolicy(policy)).toBe(hashPolicy(policyWith()));
  expect(policyWords(policy)).toEqual(policyWords(policyWith()));
});
