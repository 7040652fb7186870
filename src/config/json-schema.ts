import { z } from "zod";
import { fileShape } from "./schema.ts";

/** The configuration file's JSON Schema, made from the same source that checks the file. */
export function configSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(fileShape, { io: "input", unrepresentable: "any" });
  return { title: "Drydock's configuration", ...schema };
}

/** The names of all settings, wherever they stand. */
export function settingNames(): readonly string[] {
  const names = new Set<string>();
  function collect(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "properties" && typeof inner === "object" && inner !== null)
        for (const name of Object.keys(inner)) names.add(name);
      collect(inner);
    }
  }
  collect(configSchema());
  return [...names];
}
