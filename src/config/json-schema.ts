import { z } from "zod";
import { isMap } from "./is-map.ts";
import { fileShape } from "./schema.ts";

/** The configuration file's JSON Schema, made from the same source that checks the file. */
export function configSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(fileShape, { io: "input", unrepresentable: "any" });
  return { title: "Drydock's configuration", ...schema };
}

/** The path of every setting. `*` stands for a name that people choose, `[]` for a place in a list. */
export function settingPaths(): readonly (readonly string[])[] {
  const paths = new Map<string, readonly string[]>();
  function collect(schema: unknown, path: readonly string[]): void {
    if (!isMap(schema)) return;
    const inner: [string, unknown][] = isMap(schema.properties) ? Object.entries(schema.properties) : [];
    if (isMap(schema.additionalProperties)) inner.push(["*", schema.additionalProperties]);
    if (schema.items) inner.push(["[]", schema.items]);
    for (const [name, value] of inner) {
      const place = [...path, name];
      paths.set(place.join("."), place);
      collect(value, place);
    }
    for (const choice of Array.isArray(schema.anyOf) ? schema.anyOf : []) collect(choice, path);
  }
  collect(configSchema(), []);
  return [...paths.values()];
}
