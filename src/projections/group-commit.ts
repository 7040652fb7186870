import type { Change } from "./change.ts";
import type { Projections } from "./projections.ts";

/** Decisions of one transaction at most. */
const MAX_GROUP = 100;

interface Group {
  readonly decisions: (() => readonly Change[])[];
  readonly written: Promise<void>;
}

/**
 * Like `projections.change`, for decisions that depend on nothing that is decided beside them: those that come while others wait are
 * written in one transaction with them. All of them have the same outcome, so none may throw.
 */
export function createGroupCommit(projections: Pick<Projections, "change">): Projections["change"] {
  let open: Group | undefined;

  function begin(): Group {
    const decisions: Group["decisions"] = [];
    const decide = () => {
      if (open?.decisions === decisions) open = undefined;
      return decisions.flatMap((one) => one());
    };
    return { decisions, written: othersTurn().then(() => projections.change(decide)) };
  }

  return (decide) => {
    const group = open !== undefined && open.decisions.length < MAX_GROUP ? open : begin();
    open = group;
    group.decisions.push(decide);
    return group.written;
  };
}

/** The answers that have arrived by now are worked through first: what follows from them comes into the same group. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
