import { expect, test } from "vitest";
import { createTypedSecrets } from "../../src/conversation/typed-secrets.ts";
import { Secret } from "../../src/core/secret.ts";

const secrets = { isKnown: (text: string) => text === "alices-own-token-1" };
const configured = [new Secret("correct horse battery"), new Secret("short")];
const typed = createTypedSecrets({ secrets, configured });

test.each([
  ["freeze prod for correct horse battery", ["correct horse battery"]],
  ["freeze prod for correct horses", []],
  ["freeze prod for alices-own-token-1", ["alices-own-token-1"]],
  ['upgrade web-1 --reason="alices-own-token-1"', ["alices-own-token-1"]],
  ["freeze prod for alices-own-token-2", []],
  // A refusal would confirm that it was guessed.
  ["freeze prod for short", []],
  ["freeze prod for xoxb-1234\u200b5678-abc", ["xoxb-12345678-abc"]],
])("in %j are the secrets %j", (text, found) => {
  expect(typed(text)).toEqual(found);
});

test("people's own tokens are unknown if they cannot link any", () => {
  expect(createTypedSecrets({ secrets: undefined, configured })("for alices-own-token-1")).toEqual([]);
});
