import { LEDGER_STREAM } from "../../model/ledger-events.ts";
import type { Ledger } from "../../model/ledger-port.ts";
import type { Archiving } from "./audit-ledger.ts";

/** Reads what the ledger recorded each time that `retain` moved rows into an archive. It does not walk the chain. */
export async function readArchivings(ledger: Pick<Ledger, "read">): Promise<readonly Archiving[]> {
  return (await ledger.read(LEDGER_STREAM)).flatMap((event) => (event.type === "ledger.archived" ? event : []));
}
