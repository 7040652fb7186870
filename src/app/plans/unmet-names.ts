import type { Agent } from "../../domain/agent.ts";
import type { Identity } from "../people/identity.ts";
import type { OwnAccess } from "../people/own-access.ts";
import { viewRights } from "../people/view-rights.ts";
import type { PlanRequest, Reading } from "./reading.ts";
import { isNameOnly } from "./select-agents.ts";

/** Names without a glob that no agent of the plan has: says why, but only of agents that the person may view. */
export async function unmetNames(
  { site, selection }: PlanRequest,
  {
    identity,
    own,
    agents,
    selected,
  }: {
    readonly identity: Identity;
    readonly own: OwnAccess | undefined;
    readonly agents: readonly Agent[];
    readonly selected: readonly Agent[];
  },
): Promise<Reading["unmet"]> {
  const chosen = new Set(selected.map((agent) => agent.name.toLowerCase()));
  const names = selection.names.filter((name) => isNameOnly(name) && !chosen.has(name.toLowerCase())).slice(0, 20);
  if (names.length === 0) return [];
  const views = await viewRights(site, identity, own);
  return Promise.all(
    names.map(async (name) => {
      const agent = agents.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      if (!agent || !(await views(agent.id))) return { name, why: "there is no agent of this name that you may view" };
      if (agent.status === "offline") return { name, why: "offline: whether it needs the upgrade is not known" };
      if (selection.statuses.includes(agent.status)) return { name, why: "left out by another filter" };
      return { name, why: `${agent.status}, version ${agent.version ?? "not reported"}: not what was asked for` };
    }),
  );
}
