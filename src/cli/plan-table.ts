import { count } from "../core/format.ts";
import { lineText } from "../core/view.ts";
import { everyAgent, type Plan } from "../model/plan/plan.ts";
import { causeText } from "../phrases/cause-text.ts";
import { type StyledLine, table } from "./styled-text.ts";

/** A terminal shows about as many lines. */
const MAX_ROWS = 20;

/** The plan's agents in the order of their upgrades. @param all with every agent, and those that are left out. */
export function planTable(plan: Plan, all: boolean): readonly StyledLine[] {
  const chosen = everyAgent(plan).map(
    ({ name, status, version }, i): StyledLine => [
      name,
      status,
      version ?? "not reported",
      i < plan.agents.length ? "upgrade" : "when it comes back",
    ],
  );
  const leftOut = plan.excluded.map(
    ({ agent, cause }): StyledLine => [agent.name, "", "", `left out: ${lineText(causeText(cause, "you"))}`],
  );
  const rows = all ? [...chosen, ...leftOut] : chosen.slice(0, MAX_ROWS);
  const more = chosen.length + leftOut.length - rows.length;
  const rest: readonly StyledLine[] =
    more > 0 ? [[`${count(more, "more agent")}: --all lists ${more === 1 ? "it" : "them"}.`]] : [];
  return [...(rows.length > 0 ? [[], ...table(["AGENT", "STATUS", "VERSION", "PLAN"], rows)] : []), ...rest];
}
