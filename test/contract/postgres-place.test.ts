import { expect, test } from "vitest";
import { openDatabaseFor } from "../../src/adapters/postgres/open-database-for.ts";
import { prepareSchema } from "../../src/adapters/postgres/schema.ts";
import { Secret } from "../../src/core/secret.ts";
import { systemClock } from "../../src/system.ts";
import { describe, useOwnPostgres } from "../support/postgres.ts";
import { keepLog } from "../support/silent-log.ts";

const postgres = useOwnPostgres();

/** As the first start of a replica does it. */
async function makeTables(url: string): Promise<string> {
  const ports = { clock: systemClock, log: keepLog() };
  try {
    const { db } = await openDatabaseFor({ url: new Secret(url) }, ports, prepareSchema);
    await db.close();
    return "made";
  } catch (error) {
    return String(error);
  }
}

async function databaseWith(encoding: string): Promise<string> {
  const name = `with_${encoding.toLowerCase()}`;
  const settings = `ENCODING '${encoding}' TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'`;
  await postgres.sql(`CREATE DATABASE ${name} ${settings}`);
  const url = new URL(await postgres.fresh());
  url.pathname = `/${name}`;
  url.searchParams.delete("options");
  return url.href;
}

describe("Drydock's tables", () => {
  test("are not made where a name or a reason could not be kept, and the operator reads what to do", async () => {
    const url = await databaseWith("LATIN1");
    expect(await makeTables(url)).toContain("OperatorError: The database in DATABASE_URL has the encoding LATIN1");
    expect(await postgres.sql("SELECT 1 FROM pg_class WHERE relname = 'event'", url)).toEqual([]);
    expect(await makeTables(await databaseWith("SQL_ASCII"))).toBe("made");
  });

  test("need a schema that exists, and that the user may use", async () => {
    const url = await postgres.fresh();
    expect(await makeTables(url.replace(/test_\w+/, "nowhere"))).toContain("has no schema for Drydock's tables");
    await postgres.sql("CREATE ROLE weak LOGIN PASSWORD 'weak'");
    const weak = new URL(url);
    weak.username = weak.password = "weak";
    expect(await makeTables(weak.href)).toContain("has no schema for Drydock's tables");
    const schema = /test_\w+/.exec(url)?.[0];
    await postgres.sql(`GRANT USAGE ON SCHEMA ${schema} TO weak`);
    expect(await makeTables(weak.href)).toContain("may not create Drydock's tables");
  });
});
