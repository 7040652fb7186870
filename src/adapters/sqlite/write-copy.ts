import { type RowAt, type StoredRow, sealOf } from "../chain/chain.ts";
import { openDatabase } from "./database.ts";
import { migrate } from "./migrations.ts";

/** Writes a ledger into a new file: all rows that `read` hands over, and their end. */
export async function writeCopy(
  file: string,
  key: Buffer,
  read: (add: (row: StoredRow) => void) => Promise<RowAt>,
): Promise<void> {
  const db = openDatabase(file);
  try {
    migrate(db);
    const insert = db.prepare(
      "INSERT INTO event (position, stream, seq, id, json, link, pruned) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    db.exec("BEGIN");
    const { position, link } = await read((row) => {
      insert.run(row.position, row.stream, row.seq, row.id, row.json, row.link, row.pruned);
    });
    db.prepare("INSERT INTO head (one, position, link, seal) VALUES (1, ?, ?, ?)").run(
      position,
      link,
      sealOf(key, position, link),
    );
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}
