import { OperatorError, type SecretOwner, type Secrets } from "../../core/ports.ts";
import { Secret } from "../../core/secret.ts";
import { createDigests } from "../chain/digests.ts";
import type { Keyring, Sealed } from "../chain/keyring.ts";
import { unwritable } from "./as-unwritable.ts";
import type { Postgres, Session } from "./open-postgres.ts";

interface Row extends SecretOwner {
  readonly key_id: string;
  readonly nonce: Buffer;
  readonly text: Buffer;
}

const SAVE = `INSERT INTO secret (person, server, key_id, nonce, text) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (person, server) DO UPDATE SET key_id = excluded.key_id, nonce = excluded.nonce, text = excluded.text
  RETURNING old.person, old.server, old.key_id, old.nonce, old.text`;
/** No two are sealed with the same nonce: so what another replica put since stays. */
const REPLACE = "UPDATE secret SET key_id = $4, nonce = $5, text = $6 WHERE person = $1 AND server = $2 AND nonce = $3";
const DESTROY = "DELETE FROM secret WHERE person = $1 AND server = $2 AND nonce = $3";

/**
 * Secrets in a table of the ledger's database, each encrypted. Opening seals everything with the newest key. Throws OperatorError if a
 * secret opens with no key. The tables have to be there: openPostgresLedger makes them.
 */
export async function openPostgresSecrets(db: Postgres, { keyring }: { readonly keyring: Keyring }): Promise<Secrets> {
  const digests = createDigests();
  for (const text of await db.session((session) => sealAgain(session, keyring))) digests.add(text);
  return {
    put: (owner, secret) =>
      unwritable(async () => {
        digests.add(secret.reveal());
        const { person, server } = owner;
        const sealed = keyring.seal(owner, secret.reveal());
        const before = await save(db, owner, sealed);
        const mine = [person, server, sealed.nonce];
        return () =>
          unwritable(async () => {
            if (before) await db.rows(REPLACE, [...mine, before.keyId, before.nonce, before.text]);
            else await destroy(db, mine);
          });
      }),
    get: ({ person, server }) =>
      unwritable(async () => {
        const [row] = await db.rows<Row>("SELECT * FROM secret WHERE person = $1 AND server = $2", [person, server]);
        const text = row && keyring.open(row, sealedIn(row));
        return text === undefined ? undefined : new Secret(text);
      }),
    toDestroy: ({ person, server }) =>
      unwritable(async () => {
        const [row] = await db.rows<Row>("SELECT * FROM secret WHERE person = $1 AND server = $2", [person, server]);
        return () => unwritable(() => destroy(db, [person, server, row?.nonce]));
      }),
    owners: () => unwritable(() => db.rows<SecretOwner>("SELECT person, server FROM secret ORDER BY person, server")),
    isKnown: digests.has,
    recall: () =>
      unwritable(async () => {
        for (const row of await db.rows<Row>("SELECT * FROM secret")) {
          const text = keyring.open(row, sealedIn(row));
          if (text !== undefined) digests.add(text);
        }
      }),
    close: async () => {},
  };
}

/** Destroys everything that an earlier Drydock kept, without any key. */
export async function destroyAllSecrets(db: Session): Promise<void> {
  const destroyed = await db.rows("DELETE FROM secret RETURNING person");
  if (destroyed.length > 0) await overwrite(db);
}

async function destroy(db: Session, owner: readonly unknown[]): Promise<void> {
  await db.rows(DESTROY, owner);
  await overwrite(db);
}

/** PostgreSQL keeps deleted rows in the table's file until it is written anew. The table is small, so that takes a moment. */
async function overwrite(db: Session): Promise<void> {
  await db.rows("VACUUM (FULL) secret");
}

/** Returns what was there before. */
async function save(
  session: Session,
  { person, server }: SecretOwner,
  { keyId, nonce, text }: Sealed,
): Promise<Sealed | undefined> {
  const [before] = await session.rows<Row | Record<keyof Row, null>>(SAVE, [person, server, keyId, nonce, text]);
  return before?.nonce ? sealedIn(before) : undefined;
}

function sealedIn({ key_id, nonce, text }: Row): Sealed {
  return { keyId: key_id, nonce, text };
}

/** All or nothing: a key that is missing changes no row. Returns the secrets. */
async function sealAgain(session: Session, keyring: Keyring): Promise<readonly string[]> {
  await session.rows("BEGIN");
  const rows = await session.rows<Row>("SELECT * FROM secret FOR UPDATE");
  const opened = rows.map((row) => ({ row, text: keyring.open(row, sealedIn(row)) }));
  const shut = opened.filter(({ text }) => text === undefined).length;
  if (shut > 0)
    throw new OperatorError(
      `No key opens ${shut} of the ${rows.length} tokens in the ledger's database. ` +
        "Put the key that DRYDOCK_TOKEN_KEY had before into DRYDOCK_TOKEN_KEY_OLD. If it is lost, delete the rows of the table secret, and people link their tokens again.",
    );
  for (const { row, text } of opened)
    if (text !== undefined && !keyring.isNewest(sealedIn(row))) await save(session, row, keyring.seal(row, text));
  await session.rows("COMMIT");
  return opened.flatMap(({ text }) => text ?? []);
}
