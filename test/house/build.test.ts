import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "build-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a build removes what an earlier one made of sources that are deleted", () => {
  for (const file of ["package.json", "tsconfig.json", "tsconfig.build.json"]) copyFileSync(file, join(folder, file));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  for (const path of ["src/old", "commands"]) mkdirSync(join(folder, path), { recursive: true });
  for (const name of ["src/kept", "src/gone", "src/old/gone", "commands/kept.json"])
    writeFileSync(join(folder, `${name}.ts`), "export const one = 1;\n");
  const built = () => {
    execFileSync("npm", ["run", "--silent", "build"], { cwd: folder });
    return readdirSync(join(folder, "dist"), { recursive: true, encoding: "utf8" }).filter((name) => /\.js/.test(name));
  };
  expect(built()).toHaveLength(8);
  rmSync(join(folder, "src/gone.ts"));
  rmSync(join(folder, "src/old"), { recursive: true });
  expect(built().sort()).toEqual(
    ["commands/kept.json", "src/kept"].flatMap((name) => [`${name}.js`, `${name}.js.map`]).sort(),
  );
});
