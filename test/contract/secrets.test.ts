import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createKeyring } from "../../src/adapters/chain/keyring.ts";
import { openMemorySecrets } from "../../src/adapters/memory/memory-secrets.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { destroyAllSecrets, openSqliteSecrets } from "../../src/adapters/sqlite/sqlite-secrets.ts";
import { Secret } from "../../src/core/secret.ts";
import { secretsContract } from "./secrets.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "secrets-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let made = 0;
function newFile(): string {
  made += 1;
  return join(directory, `${made}.tokens`);
}

const KEY = randomBytes(32);
const OLD = randomBytes(32);
const keyring = createKeyring([KEY]);
const alice = { person: "U0ALICE", server: "prod" };
const TOKEN = "a-token-that-nobody-shall-find";

secretsContract("in memory", async () => openMemorySecrets(keyring));
secretsContract("in SQLite", async () => openSqliteSecrets({ file: newFile(), keyring }));

describe("a keyring", () => {
  test("opens for the same owner alone, and nothing that was changed", () => {
    const sealed = keyring.seal(alice, TOKEN);
    expect(keyring.open(alice, sealed)).toBe(TOKEN);
    expect(keyring.open({ ...alice, person: "U0BOB" }, sealed)).toBeUndefined();
    expect(keyring.open({ ...alice, server: "test" }, sealed)).toBeUndefined();
    for (const at of [0, sealed.text.length - 1]) {
      const text = Buffer.from(sealed.text);
      text[at] = (text[at] ?? 0) ^ 1;
      expect(keyring.open(alice, { ...sealed, text })).toBeUndefined();
    }
    expect(keyring.open(alice, { ...sealed, text: sealed.text.subarray(0, 8) })).toBeUndefined();
    expect(createKeyring([OLD]).open(alice, sealed)).toBeUndefined();
  });

  test("never seals twice with the same nonce", () => {
    const nonces = Array.from({ length: 500 }, () => keyring.seal(alice, TOKEN).nonce.toString("hex"));
    expect(new Set(nonces).size).toBe(500);
  });
});

describe("secrets in a file", () => {
  test("are there after it was opened again, and in it only encrypted; what is destroyed leaves nothing", async () => {
    const file = newFile();
    const first = openSqliteSecrets({ file, keyring });
    await first.put(alice, new Secret(TOKEN));
    await first.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = openSqliteSecrets({ file, keyring });
    expect((await again.get(alice))?.reveal()).toBe(TOKEN);
    const { nonce, text } = rowOf(file);
    expect(bytesOf(file).includes(text)).toBe(true);
    await (await again.toDestroy(alice))();
    expect(bytesOf(file).includes(text)).toBe(false);
    expect(bytesOf(file).includes(nonce)).toBe(false);
    expect(bytesOf(file).includes(TOKEN)).toBe(false);
    await again.close();
  });

  test("are sealed with the new key at the start, so that the old one can be thrown away", async () => {
    const file = newFile();
    const before = openSqliteSecrets({ file, keyring: createKeyring([OLD]) });
    await before.put(alice, new Secret(TOKEN));
    await before.close();
    await openSqliteSecrets({ file, keyring: createKeyring([KEY, OLD]) }).close();
    const after = openSqliteSecrets({ file, keyring });
    expect((await after.get(alice))?.reveal()).toBe(TOKEN);
    await after.close();
  });

  test("that no key opens are said, and left as they are", async () => {
    const file = newFile();
    const before = openSqliteSecrets({ file, keyring: createKeyring([OLD]) });
    await before.put(alice, new Secret(TOKEN));
    await before.close();
    expect(() => openSqliteSecrets({ file, keyring })).toThrow(
      /No key opens 1 of the 1 tokens .*DRYDOCK_TOKEN_KEY_OLD/,
    );
    const still = openSqliteSecrets({ file, keyring: createKeyring([OLD]) });
    expect((await still.get(alice))?.reveal()).toBe(TOKEN);
    await still.close();
  });

  test("are not opened where others may read the file", async () => {
    const file = newFile();
    await openSqliteSecrets({ file, keyring }).close();
    chmodSync(file, 0o644);
    expect(() => openSqliteSecrets({ file, keyring })).toThrow("expected mode 0600");
  });

  test("can all be destroyed without a key", async () => {
    const file = newFile();
    const secrets = openSqliteSecrets({ file, keyring });
    await secrets.put(alice, new Secret(TOKEN));
    await secrets.close();
    const { text } = rowOf(file);
    destroyAllSecrets(file);
    destroyAllSecrets(newFile());
    expect(bytesOf(file).includes(text)).toBe(false);
    expect(await openSqliteSecrets({ file, keyring }).owners()).toEqual([]);
  });
});

function rowOf(file: string): { readonly nonce: Buffer; readonly text: Buffer } {
  const db = openDatabase(file, { readonly: true });
  const row = db.prepare<[], { nonce: Buffer; text: Buffer }>("SELECT nonce, text FROM secret").get();
  db.close();
  if (!row) throw new Error("there is no row");
  return row;
}

/** The file with whatever SQLite keeps beside it. */
function bytesOf(file: string): Buffer {
  const mine = readdirSync(directory).filter((name) => join(directory, name).startsWith(file));
  return Buffer.concat(mine.map((name) => readFileSync(join(directory, name))));
}
