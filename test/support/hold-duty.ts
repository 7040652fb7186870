import { aborted } from "../../src/core/aborted.ts";
import { connectTo, openReplica, writeUnder } from "./duty-place.ts";

/**
 * A replica in a process of its own, on the database in DATABASE_URL: while it has the duty it writes, again and again. Says when a term
 * begins and ends.
 */
const url = process.env.DATABASE_URL ?? "";
const by = process.argv[2] ?? "";
const connect = () => connectTo(url, { onNotice: () => {}, onEnd: () => {} });
const say = (word: string) => process.stdout.write(`${word}\n`);

await openReplica(url).duties.run([
  {
    name: "server:prod",
    round: 5_000,
    async work(term) {
      say("begins");
      const end = aborted(term.signal);
      let db = await connect();
      while (!term.signal.aborted) {
        try {
          if (!(await writeUnder(db, term, by))) term.refused();
        } catch {
          // The database ends a transaction that stands still, and its connection with it.
          db = await connect();
        }
        term.progress();
        await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 20))]);
      }
      db.close();
      say("ends");
    },
  },
]);
