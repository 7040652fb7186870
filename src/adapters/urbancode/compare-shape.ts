import { z } from "zod";

/** How an answer differs from a shape: field paths and JSON types, never a value, and no key that may be one. */
export interface Comparison {
  /** What is required and missing, or has another type. */
  readonly differences: readonly string[];
  /** Fields of the shape that the answer does not have; all of them are optional. */
  readonly absent: readonly string[];
  /** Fields of the answer that the shape does not have. */
  readonly unread: readonly string[];
}

/** What is compared of a zod shape, as JSON Schema has it. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
}

export function compareShape(value: unknown, shape: z.ZodType): Comparison {
  const differences = new Set<string>();
  const fields = new Set<string>();
  const seen = new Set<string>();
  const unread = new Set<string>();
  visit(value, z.toJSONSchema(shape, { io: "input" }) as Schema, "");
  return { differences: [...differences], absent: [...fields].filter((path) => !seen.has(path)), unread: [...unread] };

  function visit(inner: unknown, schema: Schema, path: string): void {
    const options = schema.anyOf ?? [schema];
    const type = typeOf(inner);
    const fitting = options.find((option) => typesOf(option).includes(type) || typesOf(option).length === 0);
    if (!fitting) differences.add(`${path || "it"} is ${type}, not ${options.flatMap(typesOf).join(" or ")}`);
    else if (Array.isArray(inner)) for (const entry of inner) visit(entry, fitting.items ?? {}, `${path}[]`);
    else if (typeof inner === "object" && inner !== null) visitObject(inner, fitting, path === "" ? "" : `${path}.`);
  }

  function visitObject(inner: object, { properties, additionalProperties, required = [] }: Schema, path: string): void {
    for (const field of Object.keys(properties ?? {})) fields.add(path + field);
    for (const field of required)
      if (!Object.hasOwn(inner, field)) differences.add(`has no ${path}${field}, which Drydock needs`);
    for (const [key, entry] of Object.entries(inner)) {
      if (properties && Object.hasOwn(properties, key)) {
        seen.add(path + key);
        visit(entry, properties[key] ?? {}, path + key);
      } else if (additionalProperties) visit(entry, additionalProperties, `${path}*`);
      else if (properties) unread.add(`${path}${maskKey(key)} (${typeOf(entry)})`);
    }
  }
}

function typesOf({ type = [] }: Schema): readonly string[] {
  return (typeof type === "string" ? [type] : type).map((name) => (name === "integer" ? "number" : name));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** A key that does not look like the name of a field may be somebody's data. */
function maskKey(key: string): string {
  return /^[A-Za-z][A-Za-z0-9 _-]{0,40}$/.test(key) ? key : "(masked)";
}
