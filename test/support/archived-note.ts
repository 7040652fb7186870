import { archivedNote } from "../../src/adapters/sqlite/archived-note.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "./manual-clock.ts";

/** What a ledger records of rows that leave it. */
export const note = archivedNote({ before: 0, archive: "old.jsonl" }, { clock: manualClock(), random: systemRandom });
