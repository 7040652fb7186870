import { LedgerUnwritable } from "../../model/ledger-port.ts";

type Reason = LedgerUnwritable["reason"];

/** By PostgreSQL's code (postgresql.org/docs/current/errcodes-appendix.html), else by its first two characters. */
const REASONS: Readonly<Record<string, Reason>> = {
  "25006": "standby",
  "53100": "full",
  "55P03": "busy",
  "57014": "busy",
  "40P01": "busy",
  "58030": "failing",
  XX001: "failing",
  XX002: "failing",
  // Ended for its idleness: this process was frozen, or cut off, in the middle of a transaction.
  "25P03": "away",
  "08": "away",
  "28": "away",
  "53": "away",
  "57": "away",
};

/** Of Node's sockets, and of the package's own errors, which have no code. */
const NETWORK = /^(E[A-Z]{3,}|UND_ERR|CERT_|ERR_(TLS|SSL|SOCKET))/;
const LOST =
  /^(Connection terminated|Query read timeout|timeout e|Client has encountered a connection error|Client was closed|Cannot use a pool after)/;

/** LedgerUnwritable if that is what the error means; every other one as it is. */
export function asUnwritable(error: unknown): unknown {
  const reason = reasonOf(error);
  return reason ? new LedgerUnwritable(reason) : error;
}

/** What the database reports is said as LedgerUnwritable, if it is that. */
export async function unwritable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asUnwritable(error);
  }
}

/** Why the database takes nothing; undefined if the error means something else. */
export function reasonOf(error: unknown): Reason | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  if (/^[0-9A-Z]{5}$/.test(code) && "severity" in error) return REASONS[code] ?? REASONS[code.slice(0, 2)];
  return NETWORK.test(code) || LOST.test(error.message) ? "away" : undefined;
}
