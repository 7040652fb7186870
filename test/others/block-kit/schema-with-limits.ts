/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

const MAX_LENGTH = [/\bmax(?:imum)? length\D*([\d,]+) characters/i, /\blimit ([\d,]+) characters/i];
const LESS_THAN = /\bless than ([\d,]+) characters/i;
const MIN_LENGTH = /\bminimum length\D*(\d+)/i;
const MAX_ITEMS = /\b(?:max(?:imum)?(?: number of [a-z ]+ is| of)?|up to) (\d+)/i;
const MAX_VALUE = /\b(?:max(?:imum)?(?: (?:value|number) is| of)? `?|between \d+ and )(\d+)/i;
const MIN_VALUE = /\b(?:min(?:imum)?(?: (?:value|number) is| of)? `?|between )(\d+)/i;
/** A sentence that has a limit in it, whether it is understood or not. */
const HAS_LIMIT = /\b(?:max(?:imum)?|min(?:imum)?|limit|up to|less than)\b[^.]*\d/i;

/**
 * The schema that a generator makes of Slack's types, with the limits that Slack's descriptions say in words as rules, and without
 * the descriptions. A union is decided by `type`, so that an error is about what was meant. Throws where a limit is not understood.
 */
export function schemaWithLimits(generated: Schema): Schema {
  const definitions = { ...(generated.definitions as Readonly<Record<string, Schema>>) };
  // Whatever has a type is a Block: it would let everything through.
  definitions.AnyBlock = { $ref: "#/definitions/KnownBlock" };
  delete definitions.Block;
  const named = (name: string) => definitions[name] ?? {};
  return {
    ...generated,
    definitions: Object.fromEntries(
      Object.entries(definitions).map(([name, definition]) => [name, convert(definition, name, named)]),
    ),
  };
}

type Named = (name: string) => Schema;

function convert(schema: Schema, at: string, named: Named): Schema {
  const { description, anyOf, properties, items, ...rest } = schema;
  const converted: Schema = {
    ...rest,
    ...(Array.isArray(anyOf) ? union(anyOf as readonly Schema[], at, named) : {}),
    ...(properties ? { properties: convertAll(properties as Readonly<Record<string, Schema>>, at, named) } : {}),
    ...(items ? { items: Array.isArray(items) ? items : convert(items as Schema, at, named) } : {}),
  };
  return typeof description === "string" ? limited(converted, description.replace(/\s+/g, " "), at) : converted;
}

function convertAll(all: Readonly<Record<string, Schema>>, at: string, named: Named): Schema {
  return Object.fromEntries(Object.entries(all).map(([key, part]) => [key, convert(part, `${at}.${key}`, named)]));
}

function union(members: readonly Schema[], at: string, named: Named): Schema {
  const leaves = members.flatMap((member) => leavesOf(member, named));
  const types = [...new Set(leaves.map((leaf) => typeOf(leaf, named)))];
  if (types.length < 2 || types.includes(undefined))
    return { anyOf: members.map((member) => convert(member, at, named)) };
  return {
    type: "object",
    required: ["type"],
    properties: { type: { enum: types } },
    allOf: types.map((type) => {
      const meant = leaves.filter((leaf) => typeOf(leaf, named) === type).map((leaf) => convert(leaf, at, named));
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      return { if: { properties: { type: { const: type } } }, then: meant.length === 1 ? meant[0] : { anyOf: meant } };
    }),
  };
}

/** The members of a union, and of the unions in it. */
function leavesOf(schema: Schema, named: Named): readonly Schema[] {
  const { anyOf } = referred(schema, named);
  return Array.isArray(anyOf) ? (anyOf as readonly Schema[]).flatMap((member) => leavesOf(member, named)) : [schema];
}

function typeOf(leaf: Schema, named: Named): unknown {
  const { properties } = referred(leaf, named) as { properties?: { type?: { const?: unknown } } };
  return properties?.type?.const;
}

function referred(schema: Schema, named: Named): Schema {
  return typeof schema.$ref === "string" ? named(schema.$ref.replace("#/definitions/", "")) : schema;
}

function limited(schema: Schema, description: string, at: string): Schema {
  const { type } = schema;
  const result =
    type === "string"
      ? { ...schema, ...lengths(description) }
      : type === "number"
        ? { ...schema, ...numbers({ minimum: MIN_VALUE, maximum: MAX_VALUE }, description) }
        : type === "array"
          ? limitedList(schema, description)
          : limitedText(schema, description);
  if (
    JSON.stringify(result) === JSON.stringify(schema) &&
    description.split(/\.\s/).some((said) => HAS_LIMIT.test(said))
  )
    throw new Error(`${at}: this limit is not understood: ${description}`);
  return result;
}

function limitedList(schema: Schema, description: string): Schema {
  const items = limitedText((schema.items ?? {}) as Schema, description);
  return { ...schema, items, ...numbers({ maxItems: MAX_ITEMS }, description) };
}

/** A text object whose `text` has this length. */
function limitedText(schema: Schema, description: string): Schema {
  const length = lengths(description);
  if (Object.keys(length).length === 0) return schema;
  return { allOf: [schema, { type: "object", properties: { text: { type: "string", ...length } } }] };
}

function lengths(description: string): Schema {
  const most = MAX_LENGTH.map((pattern) => numberIn(pattern, description)).find((number) => number !== undefined);
  const below = numberIn(LESS_THAN, description);
  const maxLength = most ?? (below === undefined ? undefined : below - 1);
  return { ...(maxLength === undefined ? {} : { maxLength }), ...numbers({ minLength: MIN_LENGTH }, description) };
}

function numbers(patterns: Readonly<Record<string, RegExp>>, description: string): Schema {
  const found = Object.entries(patterns).map(([keyword, pattern]) => [keyword, numberIn(pattern, description)]);
  return Object.fromEntries(found.filter(([, number]) => number !== undefined));
}

function numberIn(pattern: RegExp, description: string): number | undefined {
  const digits = pattern.exec(description)?.[1];
  return digits === undefined ? undefined : Number(digits.replaceAll(",", ""));
}
