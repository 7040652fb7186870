import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Tables that turns use: what changes them while old replicas take turns is to wait for these. */
const MIGRATION = "`ALTER TABLE event ADD COLUMN later text; ALTER TABLE head ADD COLUMN later text`";

/** The compiled Drydock once more, with a version and a ledger format that come after its own. */
export function nextVersion(): { readonly main: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "drydock-next-"));
  for (const part of ["src", "commands"]) cpSync(`dist/${part}`, join(folder, "dist", part), { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(folder, "package.json"),
    readFileSync("package.json", "utf8").replace(/"version": "[^"]+"/, '"version": "99.0.0"'),
  );
  const schema = join(folder, "dist/src/adapters/postgres/schema.js");
  const before = readFileSync(schema, "utf8");
  const after = before.replace(/REPLICA_TABLE,\s*\];/, `REPLICA_TABLE, ${MIGRATION}];`);
  if (after === before) throw new Error("The list of the migrations does not end with REPLICA_TABLE any more.");
  writeFileSync(schema, after);
  return { main: join(folder, "dist/src/main.js"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
