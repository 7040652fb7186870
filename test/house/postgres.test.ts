import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Every file of the program, with what it imports of the package `pg`. */
function imports(): readonly string[] {
  return ["src", "commands"]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/^.*["']pg["'].*$/gm)].map(([line]) => `${file}: ${line.trim()}`),
    );
}

test("the package pg, which is optional, is loaded in one place, and only when that is reached", () => {
  expect(imports()).toEqual([
    'src/adapters/postgres/open-postgres.ts: import type { Client, PoolConfig, QueryConfig, QueryResult } from "pg";',
    'src/adapters/postgres/open-postgres.ts: async function loaded(): Promise<Pick<typeof import("pg"), "Client" | "Pool" | "types">> {',
    'src/adapters/postgres/open-postgres.ts: return await import("pg");',
  ]);
});
