import { lockLedger } from "../../src/adapters/sqlite/lock.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";

/** Locks the ledger named on the command line, appends to it and says each time that it is done, until it is killed. */
const file = process.argv[2] ?? "";
lockLedger(file, 1);
const ledger = openSqliteLedger({ file, key: Buffer.from("append-forever key, 32 characters long") });
for (let i = 0; i < 1_000_000; i += 1) {
  await ledger.turn(i, () => [
    {
      stream: "s.1",
      events: [{ type: "person.told", data: { text: "again" }, id: `e${i}`, v: 1, at: i, actor: "drydock" }],
    },
  ]);
  process.stdout.write("done\n");
  await new Promise((resolve) => setImmediate(resolve));
}
