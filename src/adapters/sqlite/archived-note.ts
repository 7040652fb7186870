import { basename } from "node:path";
import { operatorActor } from "../../core/operator.ts";
import type { Clock, Random } from "../../core/ports.ts";
import type { LedgerEvent } from "../../model/events.ts";
import type { Retained } from "../chain/write-archive.ts";
import { osUser } from "./os-user.ts";

/** What the ledger records of rows that leave it. */
export type NoteOf = (left: Pick<Retained, "rows" | "single" | "rollouts" | "sha256">) => LedgerEvent;

/** @param before the time of which everything stays, in ms since 1970. Of the archive only its name is kept: it will be moved. */
export function archivedNote(
  { before, archive }: { readonly before: number; readonly archive: string },
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): NoteOf {
  const by = osUser();
  return ({ rows, single, rollouts, sha256 }) => ({
    ...{ id: random.id(), v: 1, at: clock.now(), actor: operatorActor(by), type: "ledger.archived" },
    data: { before, rows: rows + single, rollouts, archive: basename(archive), sha256, by },
  });
}
