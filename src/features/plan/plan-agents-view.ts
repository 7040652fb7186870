import { count } from "../../core/format.ts";
import { data, type Line, type Modal } from "../../core/view.ts";
import type { Exclusion, Plan, PlannedAgent, PlannedRelay } from "../../model/plan/plan.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Who } from "../../phrases/phrase.ts";
import { type AgentGroup, agentPages } from "./agent-pages.ts";
import type { PlanResult } from "./plan-port.ts";

export interface PlanAgentsInput {
  readonly result: Pick<PlanResult, "plan" | "filtered" | "beyond">;
  readonly draftId: string;
  /** Ids of the agents that the person may view. */
  readonly visible: ReadonlySet<string>;
  /** From 0. */
  readonly page: number;
}

/** Every agent of a plan before anything is pressed: who is chosen, in their order, and who is left out and why. */
export function planAgentsModal({ result, draftId, visible, page }: PlanAgentsInput): Modal {
  const { plan, filtered, beyond } = result;
  const head: Line[] = [
    plan.relays
      ? [`${count(plan.relays.length, "relay")} on ${plan.server}, in their order, with the agents that go offline.`]
      : [`${count(plan.agents.length, "agent")} on ${plan.server}, in the order in which they start.`],
    ...hiddenLines(plan, visible),
    ...(filtered > 0 ? [[`${count(filtered, "agent")} not selected.`]] : []),
    ...(beyond > 0 ? [[`${count(beyond, "more agent")} over the limit.`]] : []),
  ];
  const { relays } = plan;
  const { chosen, waiting } = plannedGroups(plan, visible);
  const groups = relays ? behindRelays(relays, visible) : [chosen, waiting, leftOutGroup(plan, visible, "you")];
  const pages = agentPages({
    head,
    groups,
    page,
    turn: (label, to) => ({ label, command: "plan-agents", args: [draftId, String(to)] }),
    refresh: false,
  });
  return { key: "plan-agents", ...pages };
}

/** Who goes offline with each relay. */
export function behindRelays(relays: readonly PlannedRelay[], visible: ReadonlySet<string>): readonly AgentGroup[] {
  return relays.map(({ name, agents }) => ({
    title: `Behind ${name}`,
    rows: agents.filter(({ id }) => visible.has(id)).map((agent): Line => [data(agent.name)]),
  }));
}

/** Those that start, and those that start only if they come back. */
export function plannedGroups(
  { agents, waiting = [], options }: Plan,
  visible: ReadonlySet<string>,
): Readonly<Record<"chosen" | "waiting", AgentGroup>> {
  const canaries = new Set(agents.slice(0, options.canary ?? 0).map(({ id }) => id));
  const rowsOf = (some: readonly PlannedAgent[]) =>
    some
      .filter(({ id }) => visible.has(id))
      .map(
        ({ id, name, version }): Line => [
          data(name),
          " at ",
          version === null ? "a version that is not reported" : data(version),
          canaries.has(id) ? ", canary" : "",
        ],
      );
  return {
    chosen: { title: "Chosen", rows: rowsOf(agents) },
    waiting: { title: "Offline, upgraded if they come back", rows: rowsOf(waiting) },
  };
}

/** @param who as the reader knows the person who lacks a permission. */
export function leftOutGroup({ excluded }: Plan, visible: ReadonlySet<string>, who: Who): AgentGroup {
  const shown = excluded.filter(({ agent }) => visible.has(agent.id));
  return { title: "Left out", rows: shown.map((exclusion) => leftOutRow(exclusion, who)) };
}

function leftOutRow({ agent, cause }: Exclusion, who: Who): Line {
  return [data(agent.name), ": ", ...causeText(cause, who)];
}

/** How many of them the reader may not view. */
export function hiddenLines(
  { server, agents, waiting = [], relays, excluded }: Plan,
  visible: ReadonlySet<string>,
): Line[] {
  const others = relays ? relays.flatMap((relay) => relay.agents) : excluded.map(({ agent }) => agent);
  const all = [...agents, ...waiting, ...others];
  const hidden = all.filter(({ id }) => !visible.has(id)).length;
  return hidden > 0 ? [[`${count(hidden, "agent")} that you may not view on ${server}.`]] : [];
}
