import type { Presence } from "../../model/ledger-port.ts";
import { unwritable } from "./as-unwritable.ts";
import type { Session } from "./open-postgres.ts";

/** When any replica was last alive. */
export function createPostgresPresence(db: Session): Presence {
  return {
    async alive(now) {
      try {
        await db.rows(
          "INSERT INTO presence (one, at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET at = excluded.at",
          [Math.round(now)],
        );
      } catch {
        // Only how long Drydock was away is known less well then.
      }
    },
    async aliveAt() {
      const [row] = await unwritable(() => db.rows<{ at: number }>("SELECT at FROM presence"));
      return row?.at;
    },
  };
}
