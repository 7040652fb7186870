/**
 * What an upgrade costs the server: requests and bytes at its socket from the command to the CSV file, and how long a slot stays taken
 * after its agent is online. Beside it a plain poller on the same durations: each agent in flight every 5 s, the whole list every 30 s.
 * Everything shares one clock that waits for nobody, so a fleet takes minutes. `npm run bench:requests [FLEET ...]`.
 */
import putTemporaryFilesIntoMemory from "../test/support/temporary-files.global.ts";
import { type Cost, DRYDOCK, MOST_POLLED, measureRequests, POLLER, SEED } from "./measure-requests.ts";
import { isLarge, publish } from "./results.ts";

// A ledger waits for the disk at each write, and time here is simulated.
process.once("exit", putTemporaryFilesIntoMemory());

const FLEETS = [100, 1_000, 10_000];
const LARGE = 100_000;
const REQUESTS = 15;
const KILOBYTES = 30;
const SLOT_FREE = 3;

const given = process.argv.slice(2).map(Number).filter(Number.isInteger);
const costs = await measureRequests(given.length > 0 ? given : isLarge ? [...FLEETS, LARGE] : FLEETS);
const ours = costs.filter(({ way }) => way === DRYDOCK);
const calls = [...new Set(ours.flatMap(({ byCall }) => [...byCall.keys()]))];
const size = ({ fleet }: Cost) => fleet.toLocaleString("en");
const requestsOf = ({ requests, agents }: Cost) => requests / agents;
const looksOf = ({ byCall, agents }: Cost) => (byCall.get("GET /cli/agentCLI/info") ?? 0) / agents;
/** Four reads of the whole list, and so much for each upgraded agent. */
const boundOf = ({ agents, list }: Cost) => 4 * list + KILOBYTES * agents;

publish({
  name: "requests",
  title: "What an upgrade costs the server",
  about: [
    "Requests and bytes are counted at the stand-in server's socket, from the command until the CSV file, on simulated time.",
    "5% of each fleet are upgraded, at least 50 agents, and an upgrade takes about 100 s.",
    "Beside Drydock, a poller upgrades the same agents: it asks each agent in flight every 5 s, and reads the list every 30 s.",
    ...ours
      .filter(({ fleet }) => fleet > MOST_POLLED)
      .map(
        (cost) => `No poller played the fleet of ${size(cost)}: it would read that list more than a thousand times.`,
      ),
    "A slot is free when Drydock knows that its agent is online at the new version.",
  ],
  seeds: [SEED],
  targets: ours.flatMap((cost) => {
    const [requests, bound] = [requestsOf(cost), boundOf(cost)];
    return [
      {
        what: `Requests for each upgraded agent, fleet of ${size(cost)}`,
        target: `at most ${REQUESTS}`,
        measured: requests.toFixed(1),
        met: requests <= REQUESTS,
        why: `${looksOf(cost).toFixed(1)} are looks at agents, and three are needed: the counts do not say which agents changed.`,
      },
      {
        what: `Bytes of a rollout, fleet of ${size(cost)}`,
        target: `four lists and ${KILOBYTES} kB for each agent, ${(bound / 1_000).toFixed(1)} MB`,
        measured: `${(cost.kilobytes / 1_000).toFixed(1)} MB`,
        met: cost.kilobytes <= bound,
        why: `the whole list, ${(cost.list / 1_000).toFixed(2)} MB, was read ${cost.lists} times.`,
      },
      {
        what: `Slot free after the agent is online (p95), fleet of ${size(cost)}`,
        target: `at most ${SLOT_FREE} s`,
        measured: `${cost.p95.toFixed(1)} s`,
        met: cost.p95 <= SLOT_FREE,
      },
    ];
  }),
  tables: [
    {
      columns: ["Way", "Fleet", "Upgraded", "Requests each", "kB each", "Whole lists", "Slot free after (p95)"],
      rows: costs.map((cost) => [
        cost.way,
        size(cost),
        cost.agents,
        requestsOf(cost).toFixed(1),
        (cost.kilobytes / cost.agents).toFixed(1),
        cost.lists,
        `${cost.p95.toFixed(1)} s`,
      ]),
    },
    {
      caption: "Drydock's requests for each upgraded agent, by fleet:",
      columns: ["Request", ...ours.map(size)],
      rows: calls.map((call) => [
        `\`${call}\``,
        ...ours.map(({ byCall, agents }) => ((byCall.get(call) ?? 0) / agents).toFixed(2)),
      ]),
    },
  ],
  plots: [
    {
      name: "kilobytes",
      title: "kB for each upgraded agent, by fleet size",
      x: "agents in the fleet",
      y: "kB for each upgraded agent",
      logarithmic: true,
      lines: [DRYDOCK, POLLER].map((label) => ({
        label,
        points: costs
          .filter(({ way }) => way === label)
          .map(({ fleet, kilobytes, agents }) => [fleet, kilobytes / agents] as const),
      })),
    },
  ],
});
process.exit();
