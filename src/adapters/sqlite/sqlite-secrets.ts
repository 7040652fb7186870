import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { OperatorError, type SecretOwner, type Secrets } from "../../core/ports.ts";
import { Secret } from "../../core/secret.ts";
import { createDigests, type Digests } from "../chain/digests.ts";
import type { Keyring, Sealed } from "../chain/keyring.ts";
import { type Database, openDatabase } from "./database.ts";
import { sqliteFault } from "./sqlite-fault.ts";

interface Row extends SecretOwner {
  readonly key_id: string;
  readonly nonce: Buffer;
  readonly text: Buffer;
}

/**
 * Secrets in a SQLite file of their own, which nobody else may read (mode 0600); the ledger's lock keeps a second process away.
 * What is destroyed is overwritten. Opening seals everything with the newest key. Throws OperatorError if a secret
 * opens with no key, or others may read the file.
 */
export function openSqliteSecrets({ file, keyring }: { readonly file: string; readonly keyring: Keyring }): Secrets {
  const db = openFile(file);
  try {
    const digests = createDigests();
    for (const text of sealAgain(db, file, keyring)) digests.add(text);
    return secretsIn(db, keyring, digests);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Destroys everything that an earlier Drydock kept in this file, without any key. */
export function destroyAllSecrets(file: string): void {
  if (!existsSync(file)) return;
  const db = openFile(file);
  db.exec("DELETE FROM secret");
  db.close();
}

/** What is in the file as it is sealed, without any key; nothing if there is no file. */
export function readSealed(file: string): readonly (SecretOwner & { readonly sealed: Sealed })[] {
  if (!existsSync(file)) return [];
  const db = openFile(file);
  try {
    const rows = db.prepare<[], Row>("SELECT * FROM secret ORDER BY person, server").all();
    return rows.map((row) => ({ person: row.person, server: row.server, sealed: sealedIn(row) }));
  } finally {
    db.close();
  }
}

function openFile(file: string): Database {
  closeSync(openSync(file, "a", 0o600));
  if ((statSync(file).mode & 0o077) !== 0)
    throw new OperatorError(
      `${file} holds people's tokens and can be read by others: expected mode 0600, e.g. chmod 600 ${file}`,
    );
  let db: Database | undefined;
  try {
    db = openDatabase(file);
    // No write-ahead log: it would keep old rows for longer than they live.
    db.exec("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    db.exec(
      `CREATE TABLE IF NOT EXISTS secret (
         person TEXT NOT NULL, server TEXT NOT NULL, key_id TEXT NOT NULL, nonce BLOB NOT NULL, text BLOB NOT NULL,
         PRIMARY KEY (person, server)
       )`,
    );
    db.answerSoon();
    return db;
  } catch (error) {
    db?.close();
    throw sqliteFault(file, error);
  }
}

function secretsIn(db: Database, keyring: Keyring, digests: Digests): Secrets {
  const one = db.prepare<[string, string], Row>("SELECT * FROM secret WHERE person = ? AND server = ?");
  // No two are sealed with the same nonce.
  const remove = db.prepare("DELETE FROM secret WHERE person = ? AND server = ? AND nonce = ?");
  const all = db.prepare<[], SecretOwner>("SELECT person, server FROM secret ORDER BY person, server");
  return {
    async put(owner, secret) {
      const { person, server } = owner;
      const before = one.get(person, server);
      const sealed = keyring.seal(owner, secret.reveal());
      save(db, owner, sealed);
      digests.add(secret.reveal());
      return async () => {
        if (!one.get(person, server)?.nonce.equals(sealed.nonce)) return;
        if (before) save(db, owner, sealedIn(before));
        else remove.run(person, server, sealed.nonce);
      };
    },
    async get({ person, server }) {
      const row = one.get(person, server);
      const text = row && keyring.open(row, sealedIn(row));
      return text === undefined ? undefined : new Secret(text);
    },
    async toDestroy({ person, server }) {
      const row = one.get(person, server);
      return async () => {
        if (row) remove.run(person, server, row.nonce);
      };
    },
    owners: async () => all.all(),
    isKnown: digests.has,
    async close() {
      db.close();
    },
  };
}

function save(db: Database, { person, server }: SecretOwner, { keyId, nonce, text }: Sealed): void {
  db.prepare("INSERT OR REPLACE INTO secret (person, server, key_id, nonce, text) VALUES (?, ?, ?, ?, ?)").run(
    person,
    server,
    keyId,
    nonce,
    text,
  );
}

function sealedIn({ key_id, nonce, text }: Row): Sealed {
  return { keyId: key_id, nonce, text };
}

/** All or nothing: a key that is missing changes no row. Returns the secrets. */
function sealAgain(db: Database, file: string, keyring: Keyring): readonly string[] {
  const rows = db.prepare<[], Row>("SELECT * FROM secret").all();
  const opened = rows.map((row) => ({ row, text: keyring.open(row, sealedIn(row)) }));
  const shut = opened.filter(({ text }) => text === undefined).length;
  if (shut > 0)
    throw new OperatorError(
      `No key opens ${shut} of the ${rows.length} tokens in ${file}. ` +
        `Put the key that DRYDOCK_TOKEN_KEY had before into DRYDOCK_TOKEN_KEY_OLD. If it is lost, remove the file, and people link their tokens again.`,
    );
  db.transaction(() => {
    for (const { row, text } of opened)
      if (text !== undefined && !keyring.isNewest(sealedIn(row))) save(db, row, keyring.seal(row, text));
  })();
  return opened.flatMap(({ text }) => text ?? []);
}
