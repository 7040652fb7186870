/**
 * What Slack is asked for while one rollout runs, and while five run on five servers: calls for each upgraded agent by method, how
 * often the workspace refuses one because it was too much (it keeps Slack's tiers), and how old what a card shows is. Everything shares
 * one clock that waits for nobody. `npm run bench:slack`.
 */

import { delay } from "../playground/clock.ts";
import { DEFAULT_CHANNELS, DEFAULT_PEOPLE } from "../playground/slack/workspace.ts";
import { openTrial } from "../test/support/e2e-trial.ts";
import type { RecordedEvent } from "../test/support/ledger-events.ts";
import { clock } from "../test/support/time.ts";
import { type BenchResult, publish } from "./results.ts";
import { shareOf } from "./share-of.ts";

const SERVERS = ["prod", "east", "west", "test", "lab"];
const OWNERS = ["U0ALICE", "U0BOB", "U0DAVE", "U0ALICE", "U0BOB"];
/** Bob and Dave may upgrade them, too. */
const TEAMS = [
  { teamId: "t-web", teamLabel: "Web" },
  { teamId: "t-data", teamLabel: "Data" },
];
const AGENTS = 120;
/** Each rollout is shown in a channel of its own, which has so many members. */
const MEMBERS = 30;
/** An upgrade takes about 100 s. */
const UPGRADE_SPEED = 2.6;
const FAULTS = ["refused", "back-old", "never-offline"] as const;
/** What changes the numbers on a card. */
const CHANGES = new Set(["upgrade.triggered", "upgrade.outcome", "upgrade.observed"]);
const TARGET_AGE = new Map([
  [1, 4],
  [5, 9],
]);

interface Load {
  readonly rollouts: number;
  readonly upgraded: number;
  readonly minutes: number;
  readonly calls: ReadonlyMap<string, number>;
  readonly refused: number;
  /** Reads of a person from their command until their card is there, in which they press one button. */
  readonly perPress: number;
  /** Reads of owners, and of people who read along. */
  readonly reads: { readonly owners: number; readonly readers: number };
  /** Seconds from each change until its card shows it. */
  readonly ages: readonly number[];
  /** The most edits in any minute. */
  readonly edits: number;
}

/** The channels, and people who do nothing but read there. */
function workspace() {
  const readers = Array.from({ length: SERVERS.length * MEMBERS }, (_, i) => ({
    id: `U0READ${i}`,
    name: `reader-${i}`,
  }));
  const channels = SERVERS.map((name, i) => ({
    id: `C0${name.toUpperCase()}`,
    name,
    bot: true,
    members: [...OWNERS, ...readers.slice(i * MEMBERS, (i + 1) * MEMBERS).map(({ id }) => id)],
  }));
  return { people: [...DEFAULT_PEOPLE, ...readers], channels: [...DEFAULT_CHANNELS, ...channels] };
}

function fleet() {
  return Array.from({ length: AGENTS }, (_, i) => {
    const fault = FAULTS[i - 20];
    return { name: `web-${i}`, teams: TEAMS, ...(fault ? { fault } : {}) };
  });
}

export async function measureSlack(rollouts: number): Promise<Load> {
  const deploy = { agents: fleet(), upgradeSpeed: UPGRADE_SPEED };
  const names = SERVERS.slice(0, rollouts);
  const slack = workspace();
  const trial = await openTrial(
    {
      deploy,
      others: Object.fromEntries(names.slice(1).map((name) => [name, deploy])),
      server: ["breaker: off"],
      slack,
      channels: `[${slack.channels.map(({ id }) => id).join(", ")}]`,
    },
    true,
  );
  try {
    await trial.startBot();
    const { calls } = trial.standin;
    const readsOf = (isOne: (user: unknown) => boolean) =>
      calls.filter(({ method, user }) => method === "users.info" && isOne(user)).length;
    const perPress: number[] = [];
    for (const [i, name] of names.entries()) {
      const owner = OWNERS[i] ?? "";
      const before = readsOf((user) => user === owner);
      trial.say(owner, `upgrade-required --server ${name}`, `C0${name.toUpperCase()}`);
      trial.press(owner, await trial.plan(owner), "start");
      await trial.message(`${name}-1/card`);
      perPress.push((readsOf((user) => user === owner) - before) / 2);
    }
    const isOver = (name: string) => trial.events(`rollout.${name}-1`).some(({ type }) => type === "rollout.ended");
    while (!names.every(isOver)) await delay(clock, 10_000);
    await delay(clock, 30_000);
    const byMethod = new Map<string, number>();
    for (const { method } of calls) byMethod.set(method, (byMethod.get(method) ?? 0) + 1);
    const events = trial.events();
    const edits = calls.filter(({ method, status }) => method === "chat.update" && status === 200);
    const ages: number[] = [];
    for (const name of names) {
      const card = await trial.message(`${name}-1/card`);
      const shown = edits.filter(({ ts }) => ts === card.ts).map(({ at }) => at);
      ages.push(...agesOf(events, name, shown));
    }
    const times = events.map(({ at }) => at);
    return {
      rollouts,
      upgraded: events.filter(({ type, data }) => type === "upgrade.outcome" && data.outcome === "verified").length,
      minutes: ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 60_000,
      calls: byMethod,
      refused: calls.filter(({ status }) => status === 429).length,
      perPress: Math.max(...perPress),
      reads: {
        owners: readsOf((user) => OWNERS.includes(String(user))),
        readers: readsOf((user) => !OWNERS.includes(String(user))),
      },
      ages,
      edits: mostInAMinute(edits.map(({ at }) => at)),
    };
  } finally {
    await trial.stop();
  }
}

/** In seconds. */
function agesOf(events: readonly RecordedEvent[], server: string, shown: readonly number[]): readonly number[] {
  return events.flatMap(({ stream, type, at }) => {
    if (!CHANGES.has(type) || !stream.startsWith(`upgrade.${server}-1.`)) return [];
    const edit = shown.find((time) => time >= at);
    return edit === undefined ? [] : [(edit - at) / 1_000];
  });
}

function mostInAMinute(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

function resultOf(loads: readonly Load[]): BenchResult {
  const methods = [...new Set(loads.flatMap(({ calls }) => [...calls.keys()]))].sort();
  const each = ({ calls, upgraded }: Load, method: string) => ((calls.get(method) ?? 0) / upgraded).toFixed(2);
  const total = ({ calls, upgraded }: Load) =>
    ([...calls.values()].reduce((sum, count) => sum + count, 0) / upgraded).toFixed(2);
  const p = ({ ages }: Load, share: number) => `${shareOf(ages, share).toFixed(1)} s`;
  return {
    name: "slack",
    title: "What Slack is asked for",
    about: [
      `Each rollout upgrades ${AGENTS} agents on a server of its own; the workspace keeps Slack's tiers and takes no bursts.`,
      "How old a card is: from each change of an upgrade in the ledger until the edit of the card that shows it.",
    ],
    seeds: [1],
    targets: loads.flatMap((load) => {
      const target = TARGET_AGE.get(load.rollouts) ?? 0;
      return [
        {
          what: `Refusals because of too many calls, ${load.rollouts} rollouts`,
          target: "0",
          measured: String(load.refused),
          met: load.refused === 0,
        },
        {
          what: `Reads of a person for each command and press, at most, ${load.rollouts} rollouts`,
          target: "1",
          measured: String(load.perPress),
          met: load.perPress <= 1,
        },
        {
          what: `Age of what a card shows, p95, ${load.rollouts} rollouts`,
          target: `below ${target} s`,
          measured: p(load, 0.95),
          met: shareOf(load.ages, 0.95) < target,
        },
      ];
    }),
    tables: [
      {
        columns: ["", ...loads.map(({ rollouts }) => `${rollouts} rollouts`)],
        rows: [
          ["upgraded agents", ...loads.map(({ upgraded }) => upgraded)],
          ["minutes", ...loads.map(({ minutes }) => minutes.toFixed(0))],
          ["calls for each upgraded agent", ...loads.map(total)],
          ...methods.map((method) => [`${method} for each`, ...loads.map((load) => each(load, method))]),
          ["users.info of owners", ...loads.map(({ reads }) => reads.owners)],
          ["users.info of those who read along", ...loads.map(({ reads }) => reads.readers)],
          ["most edits in a minute", ...loads.map(({ edits }) => edits)],
          ["age of a card, p50", ...loads.map((load) => p(load, 0.5))],
          ["age of a card, p95", ...loads.map((load) => p(load, 0.95))],
          ["age of a card, most", ...loads.map((load) => p(load, 1))],
        ],
      },
    ],
  };
}

if (process.argv[1]?.endsWith("slack.ts")) {
  const loads: Load[] = [];
  for (const rollouts of [1, 5]) loads.push(await measureSlack(rollouts));
  publish(resultOf(loads));
  process.exit();
}
