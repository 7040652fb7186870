import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { intendBelowTen } from "./intend-below-ten.ts";

/** FILE KEY NAME COUNT: opens the ledger that whoever started it has locked, says so, and begins upgrades once a line comes in. */
const [file = "", key = "", name = "", count = ""] = process.argv.slice(2);
const ledger = openSqliteLedger({ file, key: Buffer.from(key) });
const projections = await openProjections(ledger, { clock: systemClock, random: systemRandom });
process.stdout.write("open\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
await intendBelowTen(projections, name, Number(count));
await ledger.close();
process.exit(0);
