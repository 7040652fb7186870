import { ServerError } from "../../model/deploy-server.ts";
import type { ServerCheck } from "./check.ts";
import { ok, warning } from "./finding.ts";

/** What refusals of the counts come as: the vendor names the permission, and not the answer. */
const REFUSED: ReadonlySet<ServerError["fault"]> = new Set(["denied", "not-found", "unreadable"]);

/** Whether Drydock's account may read how many agents are in each status: without that it asks for each agent again and again. */
export const serverCounts: ServerCheck = {
  code: "counts",
  async run(_ports, { name, urbancode }) {
    const counts = await urbancode.statuses().catch((error: unknown) => {
      if (error instanceof ServerError && REFUSED.has(error.fault)) return undefined;
      throw error;
    });
    if (counts && counts.size > 0) return [ok("counts", `${name} reports how many agents are in each status.`)];
    return [
      warning(
        "counts-unread",
        [
          `${name} does not report to Drydock how many agents are in each status: it gets three times as many requests.`,
        ],
        ["Give Drydock's account a role with Settings Tab (from 8.2.2 on: Manage System)."],
      ),
    ];
  },
};
