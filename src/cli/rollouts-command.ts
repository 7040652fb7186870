import { defineCommand } from "./command.ts";
import { CONFIG } from "./config-option.ts";
import { LOCAL_NOTES, type LocalLook, sourceJson, sourceLines, withLocalLook } from "./local-look.ts";
import { rolloutJson, rolloutRow, rolloutTable } from "./rollout-table.ts";
import type { StyledLine } from "./styled-text.ts";

const MAX_LISTED = 20;

export const rollouts = defineCommand({
  name: "rollouts",
  summary: "Lists rollouts, the newest first",
  notes: [...LOCAL_NOTES, `It lists all that are open, and others up to ${MAX_LISTED} in all.`],
  options: { ...CONFIG, all: { type: "boolean", summary: "list every rollout that is not archived" } },
  example: "drydock rollouts --all",
  exits: { done: "the list was printed", failed: "the ledger could not be read" },
  run: ({ values }, ports) =>
    withLocalLook(values, ports, async (look) => {
      const { projections } = look;
      const open = new Set(projections.openRollouts().map(({ id }) => id));
      const ids = idsOf(look).filter((id, i) => values.all || i < MAX_LISTED || open.has(id));
      const rows: StyledLine[] = [];
      const json: object[] = [];
      for (const [i, id] of ids.entries()) {
        const rollout = await projections.recall(id);
        ports.progress("rollouts read", i + 1, ids.length);
        if (!rollout) continue;
        rows.push(rolloutRow(projections, rollout));
        json.push(rolloutJson(projections, rollout));
      }
      const text = [...sourceLines(look), [], ...rolloutTable(rows)];
      return { text, json: { ...sourceJson(look), rollouts: json } };
    }),
});

/** Of all that are not archived, the newest first. */
function idsOf({ projections: { past, rollouts } }: LocalLook): readonly string[] {
  return [...past.keys(), ...[...rollouts.keys()].filter((id) => !past.has(id))].reverse();
}
