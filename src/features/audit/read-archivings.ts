import { LEDGER_STREAM } from "../../model/ledger-events.ts";
import type { Ledger } from "../../model/ledger-port.ts";
import type { Archiving } from "./audit-ledger.ts";

/** Each time that rows left the ledger, as far as it says: without a walk of its chain. */
export async function readArchivings(ledger: Pick<Ledger, "read">): Promise<readonly Archiving[]> {
  return (await ledger.read(LEDGER_STREAM)).flatMap((event) => (event.type === "ledger.archived" ? event : []));
}
