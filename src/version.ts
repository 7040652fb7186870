import { existsSync, readFileSync } from "node:fs";

/** Drydock's own version, from package.json: beside src/, or two folders above dist/src/. */
export function version(): string {
  const [file] = ["../package.json", "../../package.json"]
    .map((path) => new URL(path, import.meta.url))
    .filter((url) => existsSync(url));
  const { version: found } = JSON.parse(readFileSync(file ?? "package.json", "utf8")) as { version: string };
  return found;
}
