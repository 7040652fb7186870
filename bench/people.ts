/**
 * A hundred people type a command at the same moment, while five rollouts run and one of the servers has 10,000 agents: how soon Slack
 * has its acknowledgement, how soon a plan is there, and how long Drydock's event loop is held up. Drydock is a process of its own on
 * production's own times. `npm run bench:people`; PEOPLE_NODE holds options for its node, e.g. `--cpu-prof`.
 */
import { AGENTS, ASKING, BIG, BURSTS, COMMANDS, type Delays, type Load, measurePeople } from "./measure-people.ts";
import { type BenchResult, publish } from "./results.ts";
import { shareOf } from "./share-of.ts";

function resultOf({ acks, answers, waited, others, loop, idle }: Load): BenchResult {
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const row = (what: string, all: readonly number[]) => [
    what,
    all.length,
    ...[0.5, 0.99, 1].map((share) => ms(shareOf(all, share))),
  ];
  const plans = answers.get(COMMANDS[0]) ?? [];
  const turns = ({ p50, p99, most }: Delays) => ["", ...[p50, p99, most].map(ms)];
  return {
    name: "people",
    title: `${ASKING} commands at once`,
    about: [
      `${ASKING} people type a command at the same moment, ${BURSTS} times, while five rollouts run.`,
      `One server has ${BIG.toLocaleString("en")} agents, which a third of the commands plan; the others have ${AGENTS}.`,
      "Slack describes about a hundred people a minute to Drydock, which needs some of these for the owners of rollouts.",
      "Commands that had to wait for that have a row of their own.",
      "The last row is a process on the same machine that does nothing.",
    ],
    seeds: [1],
    targets: [
      {
        what: "Acknowledgement, p99",
        target: "below 100 ms",
        measured: ms(shareOf(acks, 0.99)),
        met: shareOf(acks, 0.99) < 100,
      },
      {
        what: "Plan, at most",
        target: "below 2 s",
        measured: ms(shareOf(plans, 1)),
        met: shareOf(plans, 1) < 2_000,
        why: "Drydock reads about 2,000 times from the servers meanwhile: who these people are, and the teams of agents.",
      },
      { what: "Event loop held up, p99", target: "below 50 ms", measured: ms(loop.p99), met: loop.p99 < 50 },
    ],
    tables: [
      {
        columns: ["", "count", "p50", "p99", "most"],
        rows: [
          row("acknowledgement", acks),
          ...[...answers].map(([command, all]) => row(command, all)),
          row("commands that waited for Slack's tier of users.info", waited),
          ["commands that were refused", others.length, "", "", ""],
          ["event loop held up", ...turns(loop)],
          ["a process that does nothing", ...turns(idle)],
        ],
      },
    ],
  };
}

if (process.argv[1]?.endsWith("people.ts")) {
  const load = await measurePeople();
  publish(resultOf(load));
  process.exit();
}
