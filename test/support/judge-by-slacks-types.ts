import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";

/** What Slack's package @slack/types says of what an app sends (docs/adr/0031-judged-by-slacks-types.md). */
const SCHEMA = "test/data/slack/block-kit.schema.json";

type Kind = "blocks" | "home" | "modal" | "options";

// A test holds the schema to its source, so it is not checked at each start. Small functions that are not optimized compile fastest.
const ajv = new Ajv({
  allErrors: true,
  strict: false,
  validateSchema: false,
  meta: false,
  inlineRefs: false,
  code: { optimize: false },
});
const schema = JSON.parse(readFileSync(SCHEMA, "utf8")) as object;
ajv.addSchema(schema, "slack");

/** What is wrong by Slack's own types; empty = nothing. */
export function judgeBySlacksTypes(kind: Kind, value: unknown): readonly string[] {
  const validate = ajv.getSchema(`slack#/definitions/Judged/properties/${kind}`);
  if (!validate) throw new Error(`${SCHEMA} has no ${kind}.`);
  if (validate(value)) return [];
  return [...new Set((validate.errors ?? []).filter(({ keyword }) => keyword !== "if").map(told))];
}

function told({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
}
