import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { SERVICE_USER } from "../../playground/deploy/people.ts";
import type { Deploy } from "../../playground/deploy/start-deploy.ts";
import { buttonFor } from "../../playground/messages.ts";
import type { PostgresServer } from "../../playground/postgres/start-postgres.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import { startTrial, type Trial } from "../../playground/trial.ts";
import { KEY } from "../support/postgres-ledger.ts";
import { fleetOf } from "./fleet-of.ts";
import { insist } from "./insist.ts";
import type { ShownRollout } from "./judge-rollout.ts";
import { type Replica, startReplica } from "./replica.ts";

/** How far the wall clock of each replica is ahead of the machine's, in ms. Nothing that they decide together may depend on it. */
export const AHEAD = [0, 6_000, -6_000];
const MINUTE = 60_000;
/** How much of a fleet has each fault: the rollouts are to be under way as long as the storm, and not much longer. */
const SHARE = 0.02;

export interface FleetsOptions {
  readonly postgres: Pick<PostgresServer, "url">;
  readonly servers: number;
  /** On all servers. */
  readonly agents: number;
  readonly seed: number;
  readonly scale: number;
}

/** A request for an upgrade, as a server had it. */
export interface Asked {
  readonly server: string;
  readonly agent: string;
  readonly at: number;
}

export interface Fleets {
  readonly trial: Trial;
  readonly replicas: readonly Replica[];
  readonly rollouts: readonly (ShownRollout & { readonly server: string; readonly deploy: Deploy })[];
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

/** Servers, a workspace, and three replicas that look after them. */
export async function startFleets(
  { postgres, servers, agents, seed, scale }: FleetsOptions,
  random: () => number,
): Promise<Fleets> {
  const fleet = (
    i: number,
  ): { readonly agents: readonly AgentSeed[]; readonly seed: number; readonly scale: number } => ({
    agents: fleetOf(Math.ceil(agents / servers), SHARE, random),
    seed: seed + i,
    scale,
  });
  const replicas: Replica[] = [];
  const trial = await startTrial({
    deploy: fleet(0),
    others: Object.fromEntries(Array.from({ length: servers - 1 }, (_, i) => [`s${i + 2}`, fleet(i + 1)])),
    server: ["breaker: off", `limits: {cutAgain: ${Math.round(MINUTE / scale)}ms}`],
    env: { DRYDOCK_LEDGER_KEY: KEY.toString() },
    async bot(configFile, env) {
      const start = (ahead: number, i: number) =>
        startReplica({ name: `replica-${i + 1}`, configFile, env, database: postgres.url, ahead });
      replicas.push(...(await Promise.all(AHEAD.map(start))));
      return { pid: undefined, end: async () => (await Promise.all(replicas.map((one) => one.stop())))[0] ?? null };
    },
  });
  const asked: Asked[] = [];
  const { messages } = trial.slack.workspace;
  const rollouts = [["prod", trial.deploy] as const, ...trial.others].map(([server, deploy]) => {
    const upgrade = deploy.fleet.upgrade.bind(deploy.fleet);
    deploy.fleet.upgrade = (agent, user, deploying) => {
      if (user === SERVICE_USER) asked.push({ server, agent: agent.id, at: Date.now() });
      upgrade(agent, user, deploying);
    };
    return { server, rollout: `${server}-1`, deploy, messages };
  });
  await trial.startBot();
  return { trial, replicas, rollouts, asked, stop: () => trial.stop() };
}

/** A rollout on each server, of all its agents. */
export async function startRollouts({ trial, rollouts }: Fleets): Promise<void> {
  const { acts, workspace } = trial.slack;
  for (const { server, deploy } of rollouts) {
    const plan = () =>
      workspace.messages.findLast(
        (message) =>
          message.only === "U0ALICE" &&
          buttonFor(message, "start") !== undefined &&
          new RegExp(`\\b${server}\\b`).test(renderText(message)),
      );
    const type = () => acts.slash("U0ALICE", "C0ONCALL", `upgrade-required --server ${server}`);
    const press = () => {
      const shown = plan();
      const button = shown && buttonFor(shown, "start");
      if (shown && button) acts.press("U0ALICE", shown, button.label);
      else type();
    };
    await insist(`a plan for ${server}`, type, plan);
    await insist(`the first upgrades on ${server}`, press, () => deploy.fleet.triggers.length > 0);
  }
}
