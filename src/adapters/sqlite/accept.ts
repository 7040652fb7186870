import { operatorActor } from "../../core/operator.ts";
import type { Clock, Log, Random } from "../../core/ports.ts";
import { LEDGER_STREAM, type LedgerEnd } from "../../model/ledger-events.ts";
import { assertNotMoved, isMissing } from "./assert-not-moved.ts";
import { openDatabase } from "./database.ts";
import { acceptable, type Lack, lackOf, lackSentence, readHint } from "./hint.ts";
import type { KeySource } from "./key.ts";
import { openLedger } from "./open-ledger.ts";
import { osUser } from "./os-user.ts";
import { removeSnapshot } from "./snapshots.ts";
import { sqliteFault } from "./sqlite-fault.ts";

/** What a person has to know before they accept a ledger, and the word with which they do. */
export interface ToAccept {
  readonly sentence: string;
  readonly had: LedgerEnd | null;
  readonly found: LedgerEnd;
  readonly word: string;
}

/** What the ledger may lack, also if no hint recorded it; undefined if nothing. Changes nothing. Throws OperatorError. */
export function toAccept(file: string): ToAccept | undefined {
  assertNotMoved(file);
  const lack = acceptable(lackIn(file, readHint(file) ?? "unreadable"), file);
  return lack && { ...lack, sentence: lackSentence(file, lack), word: `accept-${lack.found.position}` };
}

/** What the ledger lacks of what its hint recorded. Throws OperatorError. */
export function lackIn(file: string, hint = readHint(file)): Lack | undefined {
  if (isMissing(file)) return lackOf(file, undefined, hint);
  const db = openDatabase(file);
  try {
    db.exec("PRAGMA query_only = ON");
    const isLedger = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'event'").get();
    return lackOf(file, isLedger ? db : undefined, hint);
  } catch (error) {
    throw sqliteFault(file, error);
  } finally {
    db.close();
  }
}

/** Opens the ledger in spite of its hint, records that in it, and starts a new hint. The caller holds the ledger's lock. */
export async function acceptLedger(
  source: KeySource & { readonly clock: Clock; readonly random: Random; readonly log: Log },
  { had, found }: ToAccept,
): Promise<void> {
  const { clock, random } = source;
  removeSnapshot(source.file);
  const ledger = openLedger({ ...source, accepted: true });
  try {
    const by = osUser();
    const event = { id: random.id(), v: 1, at: clock.now(), actor: operatorActor(by) } as const;
    const data = { had, found, by };
    await ledger.turn(found.position, () => [
      { stream: LEDGER_STREAM, events: [{ ...event, type: "ledger.accepted", data }] },
    ]);
  } finally {
    await ledger.close();
  }
}
