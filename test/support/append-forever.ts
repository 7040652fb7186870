import { openSqliteLedger } from "../../src/adapters/ledger/sqlite.ts";

/** Appends to the ledger named on the command line and says each time that it is done, until it is killed. */
const ledger = openSqliteLedger({
  file: process.argv[2] ?? "",
  key: Buffer.from("append-forever key, 32 characters long"),
  now: 1,
});
for (let i = 0; i < 1_000_000; i += 1) {
  await ledger.append([
    {
      stream: "s.1",
      after: i,
      events: [{ type: "person.told", data: { text: "again" }, id: `e${i}`, v: 1, at: i, actor: "drydock" }],
    },
  ]);
  process.stdout.write("done\n");
  await new Promise((resolve) => setImmediate(resolve));
}
