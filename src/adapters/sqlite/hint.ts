import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { type Clock, type Log, OperatorError } from "../../core/ports.ts";
import type { LedgerEvent } from "../../model/events.ts";
import type { LedgerEnd } from "../../model/ledger-events.ts";
import type { StoredRow } from "../chain/chain.ts";
import { syncFolderOf } from "../chain/sync-folder.ts";
import { assertNotMoved, isMissing, PERHAPS_SHARED } from "./assert-not-moved.ts";
import type { Database } from "./database.ts";
import { realLedger } from "./ledger-files.ts";

/** The newest row that Drydock wrote, kept beside the ledger: without it, a ledger that was cut or replaced by an older one looks right. */
export interface Hint extends LedgerEnd {
  readonly link: string;
}

/** Of an archived row the time is not known any more. */
export function hintOf({ position, link, json }: Pick<StoredRow, "position" | "link" | "json">): Hint {
  return { position, link, at: json === "" ? null : ((JSON.parse(json) as Partial<LedgerEvent>).at ?? null) };
}

/** At most this often, in ms. */
const INTERVAL = 10_000;

const HINT = z.strictObject({ position: z.int().min(0), link: z.string(), at: z.number().nullable() });

export function hintFileOf(file: string): string {
  return `${realLedger(file)}.hint`;
}

/** Undefined if there is none yet; "unreadable" if there is one, and Drydock did not write it like this. */
export function readHint(file: string): Hint | "unreadable" | undefined {
  const path = hintFileOf(file);
  if (!existsSync(path)) return undefined;
  try {
    return HINT.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return "unreadable";
  }
}

/** Whole or not at all, for its owner alone. */
export function writeHint(file: string, hint: Hint): void {
  const path = hintFileOf(file);
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  const to = openSync(fresh, "wx", 0o600);
  try {
    writeFileSync(to, `${JSON.stringify(hint)}\n`);
    fsyncSync(to);
  } finally {
    closeSync(to);
  }
  renameSync(fresh, path);
  syncFolderOf(path);
}

/** What a hint recorded, and the end of the ledger that lacks it. */
export interface Lack {
  readonly had: LedgerEnd | null;
  readonly found: LedgerEnd;
}

/** Rows of a ledger: that at the hint's position, the newest one, and the newest one that is not archived. */
export interface Ends {
  readonly same: StoredRow | undefined;
  readonly end: StoredRow | undefined;
  readonly last: StoredRow | undefined;
}

/** What the hint recorded and the ledger lacks; undefined if the ledger holds it. `db` is left out if there is no ledger at all. */
export function lackOf(file: string, db?: Database, hint = readHint(file)): Lack | undefined {
  if (hint === undefined) return undefined;
  const row = (where: string) => db?.prepare<[], StoredRow>(`SELECT * FROM event ${where}`).get();
  return lackIn(hint, {
    same: hint === "unreadable" ? undefined : row(`WHERE position = ${hint.position}`),
    end: row("ORDER BY position DESC LIMIT 1"),
    last: row("WHERE json <> '' ORDER BY position DESC LIMIT 1"),
  });
}

export function lackIn(hint: Hint | "unreadable", { same, end, last }: Ends): Lack | undefined {
  if (hint !== "unreadable" && same?.link === hint.link) return undefined;
  return {
    had: hint === "unreadable" ? null : { position: hint.position, at: hint.at },
    found: { position: end?.position ?? 0, at: last ? hintOf(last).at : null },
  };
}

/** Throws OperatorError if the ledger is empty, shorter or older than its hint. */
export function assertHint(file: string, db?: Database): void {
  const lack = lackOf(file, db);
  if (!lack) return;
  throw new OperatorError(
    `${lackSentence(file, lack)}\nIt was emptied, cut or replaced by another one, e.g. by a backup. Nothing was started.\n` +
      `${db ? "" : `${PERHAPS_SHARED} `}Put the newest ledger back. If there is none, this says what Drydock may forget: drydock accept-ledger ${file}`,
  );
}

/** Throws OperatorError if the ledger's file is missing or empty, and there is a hint or the ledger was moved. */
export function assertNotEmptied(file: string): void {
  assertNotMoved(file);
  if (isMissing(file)) assertHint(file);
}

/**
 * What a person may accept: as `lackOf`, and a ledger that has rows and no hint. Drydock cannot know whether it is the newest one, and who has
 * restored it knows that it is not.
 */
export function acceptable(lack: Lack | undefined, file: string): Lack | undefined {
  return lack && (lack.found.position > 0 || readHint(file) !== undefined) ? lack : undefined;
}

/** @param ledger where it is, as people know it. */
export function lackSentence(file: string, { had, found }: Lack, ledger: string = file): string {
  const recorded = had
    ? `recorded row ${had.position.toLocaleString("en")}${had.at === null ? "" : `, written ${new Date(had.at).toISOString()}`}`
    : "cannot be read";
  const end =
    found.position === 0
      ? "is empty or missing"
      : `ends at row ${found.position.toLocaleString("en")}${found.at === null ? "" : `, written ${new Date(found.at).toISOString()}`}`;
  if (readHint(file) === undefined)
    return `The ledger ${ledger} ${end}. There is no hint beside it (${hintFileOf(file)}), so Drydock cannot know what it lacks. Accept it if it was restored.`;
  return `The ledger ${ledger} ${end}. The hint beside it (${hintFileOf(file)}) ${recorded}, which this ledger does not have.`;
}

export interface HintWriter {
  /** The ledger's last row is this one now. */
  noted(hint: Hint): void;
  /** Writes what was noted and not yet written. */
  close(): void;
}

export function createHintWriter(
  file: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): HintWriter {
  let newest: Hint | undefined;
  let written: Hint | undefined;
  let cancel: (() => void) | undefined;
  let failed = false;

  function write(): void {
    if (newest === undefined || newest === written) return;
    try {
      writeHint(file, newest);
      written = newest;
      failed = false;
    } catch (error) {
      if (!failed)
        log.warn({ file: hintFileOf(file), error }, "Drydock could not write the ledger's hint. It tries again");
      failed = true;
    }
  }

  function wait(): void {
    cancel = clock.after(INTERVAL, () => {
      cancel = undefined;
      if (newest === written) return;
      write();
      wait();
    });
  }

  return {
    noted(hint) {
      newest = hint;
      if (cancel) return;
      write();
      wait();
    },
    close() {
      cancel?.();
      write();
    },
  };
}
