import { names } from "../../core/format.ts";
import { moment } from "../../core/moment.ts";
import { data, type Line } from "../../core/view.ts";
import { exceedsWindowWords } from "../../gates/exceeds-window.ts";
import { phraseOf } from "../../gates/index.ts";
import type { Policy } from "../../model/policy.ts";
import { canariesOf, isStable } from "../../model/rollout/canaries.ts";
import { beginsNoMore, type Rollout } from "../../model/rollout/rollout.ts";
import { waitsUntil } from "../../model/rollout/waiting.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Projections } from "../../projections/projections.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { CardInput } from "../contribution.ts";
import { keptLine } from "./kept-slots.ts";

/** What the rollout waits for: the first block, and otherwise deployments on its agents, the window's end or slots. */
export function waitLines({
  rollout,
  blocked: [first],
  busy,
  exceedsWindow,
  kept,
}: Pick<CardInput, "rollout" | "blocked" | "busy" | "exceedsWindow" | "kept">): readonly Line[] {
  if (rollout.status === "ended") return [];
  if (first) return [phraseOf(first)];
  const lines: Line[] = [];
  if (busy && rollout.status === "running") {
    const n = busy.agents.length + busy.more;
    lines.push([
      `Drydock waits until ${n === 1 ? "a deployment ends on" : `deployments end on ${n}:`} `,
      ...names(busy.agents),
      busy.more > 0 ? ` and ${busy.more.toLocaleString("en")} more.` : ".",
    ]);
  }
  if (exceedsWindow) lines.push(exceedsWindow);
  if (kept) lines.push(keptLine(kept));
  return lines;
}

/** Where a rollout stands with its canaries, for its card. */
export function canaryLine(rollout: Rollout, upgrades: readonly Upgrade[]): readonly Line[] {
  if ((rollout.plan.options.canary ?? 0) === 0) return [];
  const newest = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  const canaries = canariesOf(rollout, (id) => newest.get(id));
  const stable = canaries.filter(({ id }) => isStable(newest.get(id))).length;
  const said = `Canaries: ${stable} of ${canaries.length} stable`;
  if (rollout.guards.canariesPassed || beginsNoMore(rollout)) return [[`${said}.`]];
  return [
    [
      `${said}, the others wait for: `,
      ...names(
        canaries.map(({ name }) => name),
        5,
      ),
    ],
  ];
}

/** Who is still waited for and who is not any more, for the rollout's card. */
export function waitingLines(rollout: Rollout, policy: Policy): readonly Line[] {
  const { waiting = [] } = rollout.plan;
  const { absent } = rollout.guards;
  const lines: Line[] = [];
  const until = waitsUntil(rollout, policy);
  // Once it is stopped, no agent is upgraded that comes back.
  if (waiting.length > 0 && rollout.status !== "stopping")
    lines.push([
      `${waiting.length.toLocaleString("en")} waiting to come back`,
      ...(until === undefined ? [] : [", until ", moment(until)]),
      ": ",
      ...names(
        waiting.map(({ name }) => name),
        5,
      ),
    ]);
  for (const { name, why } of absent.slice(0, 5))
    lines.push(["No longer waited for: ", data(name), " ", ...causeText(why)]);
  if (absent.length > 5)
    lines.push([`and ${(absent.length - 5).toLocaleString("en")} more that are no longer waited for`]);
  return lines;
}

/** Why agents of a running rollout do not begin before the window closes; undefined where all of them still may. */
export function exceedsWindowFor(
  projections: Projections,
  server: Pick<ManagedServer, "name" | "policy">,
  rollout: Rollout,
  now: number,
): Line | undefined {
  if (rollout.status !== "running" || server.policy.windows.length === 0) return undefined;
  const waiting = rollout.plan.agents.filter(({ id }) => projections.attempts(rollout.id, id).length === 0);
  const expected = waiting.map((agent) => projections.learned.expect(server.name, agent).ms);
  return exceedsWindowWords(server.policy, now, expected);
}
