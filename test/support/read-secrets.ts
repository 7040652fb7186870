import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { withSecretFiles } from "../../src/config/with-secret-files.ts";

/** The variables that name a secret's file, read as Drydock reads them: each file holds its own name. */
export function readSecrets(folder: string, variables: readonly (readonly [string, string])[]): readonly string[] {
  const files = variables.filter(([name]) => name.endsWith("_FILE"));
  const env = files.map(([name, path]) => {
    const file = join(folder, basename(path));
    writeFileSync(file, basename(path));
    return [name, file] as const;
  });
  const found = withSecretFiles(Object.fromEntries(env));
  return files.map(([name]) => found[name.slice(0, -"_FILE".length)] ?? `${name} is ignored`);
}
