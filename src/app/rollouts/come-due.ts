import { dueOf, pauseDue } from "../../domain/gates/due-rollouts.ts";
import { reviewDue } from "../../domain/gates/emergency.ts";
import { freezeDue } from "../../domain/gates/freeze.ts";
import { isOver, type Rollout } from "../../domain/rollouts/rollout.ts";
import { waitingDue } from "../../domain/rollouts/waiting.ts";
import type { Board } from "../board.ts";
import type { Clock } from "../ports.ts";
import type { RelayNames } from "../servers/relay-names.ts";
import type { Site } from "../site.ts";
import type { PauseAges } from "./pause-ages.ts";
import { progressOf } from "./settle.ts";
import { steerFacts } from "./steer.ts";

/** Writes down what the time, the rules and a rollout's own course bring: freezes that end, reviews that are open, requests that expire, rollouts that have to wait, canaries that are stable. */
export async function comeDue(
  board: Board,
  site: Site,
  ports: {
    readonly clock: Clock;
    readonly pauses: Pick<PauseAges, "pausedFor">;
    readonly relayNames: Pick<RelayNames, "known">;
  },
): Promise<void> {
  const { clock, pauses, relayNames } = ports;
  /** Asked for early, so that they are known when something has to be said. */
  const namesFor = ({ plan }: Rollout) =>
    plan.agents.some(({ relay }) => relay !== undefined) ? relayNames.known(site) : undefined;
  await board.change(() => {
    const facts = freezeDue(board.claims(site.name).freeze, clock.now());
    return [{ stream: `server.${site.name}`, actor: "drydock", facts }];
  });
  await board.change(() =>
    [...board.rollouts.values()].flatMap((rollout) => {
      const facts = rollout.plan.server === site.name ? reviewDue(rollout, clock.now()) : [];
      return facts.length > 0 ? [{ stream: `rollout.${rollout.id}`, actor: "drydock", facts }] : [];
    }),
  );
  await board.change(() =>
    [...board.rollouts.values()].flatMap((rollout) => {
      if (rollout.plan.server !== site.name || isOver(rollout) || rollout.status === "stopping") return [];
      const left = rollout.status === "running" && progressOf(board, rollout).waiting > 0;
      const now = clock.now();
      const due = [...waitingDue(rollout, site.policy, now), ...dueOf(rollout, site.policy, now, left)];
      if (due.length === 0) due.push(...pauseDue(rollout, site.policy, pauses.pausedFor(rollout) ?? 0));
      const facts = due.length > 0 ? due : steerFacts(board, rollout, site.policy, namesFor(rollout));
      return facts.length > 0 ? [{ stream: `rollout.${rollout.id}`, actor: "drydock", facts }] : [];
    }),
  );
}
