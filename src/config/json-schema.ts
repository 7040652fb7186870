import { z } from "zod";
import { isMap } from "./is-map.ts";
import { fileShape } from "./schema.ts";
import { SETTING_SUMMARIES } from "./setting-summaries.ts";

type Schema = Record<string, unknown>;

interface Setting {
  readonly path: readonly string[];
  readonly schema: Schema;
}

/** The configuration file's JSON Schema, made from the same source that checks the file. */
export function configSchema(): Readonly<Schema> {
  const schema: Schema = { title: "Drydock's configuration", ...rawSchema() };
  for (const { path, schema: setting } of settingsOf(schema)) {
    const summary = SETTING_SUMMARIES[path.join(".")];
    if (summary !== undefined) setting.description = summary;
  }
  return schema;
}

/** The path of every setting. `*` stands for a name that people choose, `[]` for a place in a list. */
export function settingPaths(): readonly (readonly string[])[] {
  return settingsOf(rawSchema()).map(({ path }) => path);
}

function rawSchema(): Schema {
  return z.toJSONSchema(fileShape, { io: "input", unrepresentable: "any" });
}

/** Each path of a JSON Schema once, with the first of its shapes. */
export function settingsOf(file: Readonly<Schema>): readonly Setting[] {
  const settings = new Map<string, Setting>();
  function collect(schema: unknown, path: readonly string[]): void {
    if (!isMap(schema)) return;
    const inner: [string, unknown][] = isMap(schema.properties) ? Object.entries(schema.properties) : [];
    if (isMap(schema.additionalProperties)) inner.push(["*", schema.additionalProperties]);
    if (schema.items) inner.push(["[]", schema.items]);
    for (const [name, value] of inner) {
      const place = [...path, name];
      const key = place.join(".");
      if (isMap(value) && !settings.has(key)) settings.set(key, { path: place, schema: value });
      collect(value, place);
    }
    for (const choice of Array.isArray(schema.anyOf) ? schema.anyOf : []) collect(choice, path);
  }
  collect(file, []);
  return [...settings.values()];
}
