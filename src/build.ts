import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { version } from "./version.ts";

/** The folders whose code says what the projections hold. */
const FOLDERS = ["core", "model", "projections"];

/** This build of Drydock: its version, Node's, and a hash of the code that folds the ledger, so that an edited one counts as another. */
export const BUILD = `${version()} ${process.version} ${hashOfFolds()}`;

function hashOfFolds(): string {
  const hash = createHash("sha256");
  for (const folder of FOLDERS) {
    const path = new URL(`${folder}/`, import.meta.url);
    const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => /\.[jt]s$/.test(name));
    for (const name of names.sort()) hash.update(name).update(readFileSync(new URL(name, path)));
  }
  return hash.digest("hex");
}
