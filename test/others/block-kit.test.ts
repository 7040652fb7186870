import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OTHERS } from "../support/workspace.ts";
import { type Schema, schemaWithLimits } from "./block-kit/schema-with-limits.ts";

const GENERATOR = "node_modules/ts-json-schema-generator/bin/ts-json-schema-generator.js";

test("the schema that judges Drydock's messages is what Slack's types and their descriptions say; -u writes it anew", async () => {
  const { version } = JSON.parse(readFileSync("node_modules/@slack/types/package.json", "utf8")) as { version: string };
  const args = ["--path", "test/others/block-kit/judged.ts", "--type", "Judged", "--tsconfig", "tsconfig.json"];
  const generated = execFileSync(process.execPath, [join(OTHERS ?? "", GENERATOR), ...args, "--no-type-check"]);
  const schema = { $comment: `@slack/types ${version}`, ...schemaWithLimits(JSON.parse(String(generated)) as Schema) };
  await expect(`${JSON.stringify(schema, null, 1)}\n`).toMatchFileSnapshot("../data/slack/block-kit.schema.json");
});

const button = (description: string, part: Schema = { type: "string" }) =>
  schemaWithLimits({ definitions: { Button: { type: "object", properties: { part: { ...part, description } } } } });

test.each<readonly [string, Schema, Schema]>([
  ["Maximum length for this field is 255 characters.", { type: "string" }, { type: "string", maxLength: 255 }],
  ["Limit 12,000 characters max.", { type: "string" }, { type: "string", maxLength: 12_000 }],
  ["Must be less than 50 characters.", { type: "string" }, { type: "string", maxLength: 49 }],
  ["Minimum 1, maximum 10 cards.", { type: "array" }, { type: "array", maxItems: 10 }],
  ["Must be between 1 and 100.", { type: "number" }, { type: "number", minimum: 1, maximum: 100 }],
])("a limit in words becomes a rule: %s", (description, given, expected) => {
  expect(button(description, given)).toMatchObject({ definitions: { Button: { properties: { part: expected } } } });
});

test("a limit that is not understood ends the generation", () => {
  expect(() => button("Up to 7 words.")).toThrow("Button.part: this limit is not understood: Up to 7 words.");
});
