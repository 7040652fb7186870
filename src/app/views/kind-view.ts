import type { Policy } from "../../domain/policy.ts";
import type { Reading } from "../plans/plans.ts";
import type { Line } from "../view.ts";
import { count } from "./words.ts";

/** What a plan says of the kinds of its agents. */
export function kindNotes({ unasked }: Pick<Reading, "unasked">, policy: Policy): readonly Line[] {
  return unaskedNote(unasked, policy);
}

function unaskedNote(unasked: number, { ownWay }: Policy): readonly Line[] {
  if (unasked === 0) return [];
  return [
    [
      `${count(unasked, "agent is", "agents are")} asked for the operating system only before their turn: those on `,
      ...ownWay.os.flatMap((data, i) => (i === 0 ? [{ data }] : [", ", { data }])),
      " are skipped then.",
    ],
  ];
}
