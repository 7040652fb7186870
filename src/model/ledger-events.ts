/** How far a ledger goes, and when its last row was written (ms since 1970). */
export interface LedgerEnd {
  readonly position: number;
  readonly at: number | null;
}

/** Events of `ledger.self`: what was done to the ledger as a whole. */
export type LedgerCareEvent =
  /** A person accepted a ledger that lacks what its hint had recorded; `had` is null if the hint could not be read. */
  | {
      readonly type: "ledger.accepted";
      readonly data: { readonly had: LedgerEnd | null; readonly found: LedgerEnd; readonly by: string };
    }
  /** Old rows left the ledger for a file of that name; of `rollouts` all rows did. All from `before` on (ms since 1970) stayed. */
  | {
      readonly type: "ledger.archived";
      readonly data: {
        readonly before: number;
        readonly rows: number;
        readonly rollouts: readonly string[];
        readonly archive: string;
        /** The hash of that file, which proves it whatever key the ledger gets; older ledgers lack it. */
        readonly sha256?: string;
        readonly by: string;
      };
    }
  /** All rows up to this one were sealed with another key; the data are both keys' fingerprints. */
  | {
      readonly type: "ledger.key-changed";
      readonly data: { readonly from: string; readonly to: string; readonly by: string };
    };

export const LEDGER_STREAM = "ledger.self";
