import { count } from "../../core/format.ts";
import type { Button, Line, Modal, Part } from "../../core/view.ts";

/** Rows that belong together; where a page has some of them, its title stands above them. */
export interface AgentGroup {
  readonly title: string;
  readonly rows: readonly Line[];
}

/** As many as a person looks through before they turn the page. */
const PAGE = 50;

/** Long lists of agents, a page at a time. @param turn the button to another page. */
export function agentPages(given: {
  readonly head: readonly Line[];
  readonly groups: readonly AgentGroup[];
  /** From 0; one that there is not is the nearest that there is. */
  readonly page: number;
  readonly turn: (label: string, page: number) => Button;
  /** Whether what it shows changes, so that it can be read again. */
  readonly refresh: boolean;
}): Pick<Modal, "title" | "parts"> {
  const { head, groups, turn } = given;
  const all = groups.flatMap(({ title, rows }) => rows.map((row) => ({ title, row })));
  const pages = Math.max(1, Math.ceil(all.length / PAGE));
  const page = Math.min(Math.max(0, given.page), pages - 1);
  const shown = all.slice(page * PAGE, (page + 1) * PAGE);
  const parts = groups.flatMap(({ title, rows }): readonly Part[] => {
    const here = shown.filter((each) => each.title === title).map(({ row }) => row);
    const heading: Line = [{ bold: `${title}: ${count(rows.length, "agent")}` }];
    return here.length > 0 ? [{ kind: "text", lines: [heading, ...here] }] : [];
  });
  const buttons = [
    ...(page > 0 ? [turn("Previous", page - 1)] : []),
    ...(page + 1 < pages ? [turn("Next", page + 1)] : []),
    ...(given.refresh ? [turn("Refresh", page)] : []),
  ];
  const where: readonly Line[] = pages > 1 ? [[`Page ${page + 1} of ${pages}.`]] : [];
  return {
    title: "Agents",
    parts: [
      { kind: "text", lines: [...head, ...where] },
      ...parts,
      ...(buttons.length > 0 ? [{ kind: "buttons" as const, buttons }] : []),
    ],
  };
}
