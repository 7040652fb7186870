import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const SOURCES = ["src", "commands"];

/** The tests start Drydock as it runs in production: compiled. The compiler is not started if each file is compiled already. */
export default function setup(): void {
  if (!isCompiled()) execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
}

/** Whether what is compiled is newer than its sources and than the settings of the compiler, and nothing else is there. */
function isCompiled(): boolean {
  const settings = Math.max(...["tsconfig.json", "tsconfig.build.json"].map(changedAt));
  const sources = SOURCES.flatMap((folder) => filesIn(folder, ".ts"));
  const compiled = new Set(SOURCES.flatMap((folder) => filesIn(join("dist", folder), ".js")));
  return (
    sources.length === compiled.size &&
    sources.every((source) => {
      const file = join("dist", source.replace(/\.ts$/, ".js"));
      return compiled.has(file) && changedAt(file) > Math.max(changedAt(source), settings);
    })
  );
}

function filesIn(folder: string, ending: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(ending))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function changedAt(file: string): number {
  return statSync(file).mtimeMs;
}
