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
 * written in one transaction with them. All of them have the same outcome, so none may throw. A decision that comes alone is written at
 * once. The next one waits for the end of the event loop's turn, and what comes until then is written with it.
 */
export function createGroupCommit(projections: Pick<Projections, "change">): Projections["change"] {
  let open: Group | undefined;
  let isAlone = true;

  function begin(): Group {
    const decisions: Group["decisions"] = [];
    const decide = () => {
      if (open?.decisions === decisions) open = undefined;
      return decisions.flatMap((one) => one());
    };
    const write = () => {
      isAlone = false;
      void endOfTurn().then(() => {
        isAlone = true;
      });
      return projections.change(decide);
    };
    return { decisions, written: isAlone && open === undefined ? write() : endOfTurn().then(write) };
  }

  return (decide) => {
    const group = open !== undefined && open.decisions.length < MAX_GROUP ? open : begin();
    open = group;
    group.decisions.push(decide);
    return group.written;
  };
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
