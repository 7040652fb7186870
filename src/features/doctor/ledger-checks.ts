import { clockStateOf } from "../../core/clock-state.ts";
import { count } from "../../core/format.ts";
import { OperatorError } from "../../core/ports.ts";
import { data, type Key } from "../../core/view.ts";
import type { Check, DoctorPorts } from "./check.ts";
import { type Found, ok, problem, warning } from "./finding.ts";

const MIB = 1024 * 1024;
/** Below this the ledger may be full within a day. */
const LOW = 500 * MIB;
const VERY_LOW = 50 * MIB;

export const ledgerKey: Check = {
  code: "ledger-key",
  run: ({ ledger }) => asked("ledger-key", "The ledger's folder and key are right.", () => ledger.checkKey()),
};

export const ledgerWritable: Check = {
  code: "ledger-writable",
  run: ({ ledger }) => asked("ledger-writable", "Drydock may write the ledger.", () => ledger.checkWritable()),
};

export const ledgerChain: Check = {
  code: "ledger-chain",
  unlimited: true,
  async run({ ledger: { walkChain } }: DoctorPorts) {
    if (!walkChain) return [ok("ledger-chain", "The ledger's chain was whole when Drydock started.")];
    let rows: number | undefined;
    const found = await asked("ledger-chain", "There is no ledger yet: the first start makes it.", async () => {
      rows = await walkChain();
    });
    return rows === undefined ? found : [ok("ledger-chain", `The ledger's chain is whole: ${count(rows, "row")}.`)];
  },
};

export const ledgerSpace: Check = {
  code: "disk-space",
  async run({ ledger: { freeSpace } }) {
    if (!freeSpace) return [ok("disk-space", "The ledger is in PostgreSQL, so its disk is watched there.")];
    const free = await freeSpace();
    const sentence = `The ledger's disk has ${Math.floor(free / MIB).toLocaleString("en")} MiB free`;
    if (free >= LOW) return [ok("disk-space", `${sentence}.`)];
    const level = free < VERY_LOW ? problem : warning;
    return [
      level(
        "disk-space",
        [`${sentence} (expected at least ${LOW / MIB}). If it is full, Drydock starts no upgrade.`],
        ["Make room on that disk, or archive old rollouts with ", data("drydock retain"), "."],
      ),
    ];
  },
};

export const ledgerClock: Check = {
  code: "ledger-clock",
  async run({ ledger: { clockDifference } }) {
    if (!clockDifference) return [];
    const ms = await clockDifference();
    const state = clockStateOf(ms);
    const apart = `${(Math.abs(ms) / 1_000).toFixed(1)} s`;
    if (state === "right") return [ok("ledger-clock", "This machine's clock and PostgreSQL's are right.")];
    const level = state === "wrong" ? problem : warning;
    const so = state === "wrong" ? " A replica with such a clock takes no duties." : "";
    return [
      level(
        "ledger-clock",
        [`This machine's clock and PostgreSQL's are ${apart} apart.${so}`],
        ["Synchronise both with the same time servers (NTP)."],
      ),
    ];
  },
};

export const ledgerStandbys: Check = {
  code: "ledger-standbys",
  async run({ ledger: { waitsForStandbys } }) {
    if (!waitsForStandbys) return [];
    if (await waitsForStandbys()) return [ok("ledger-standbys", "PostgreSQL waits for its standbys, or has none.")];
    return [
      warning(
        "ledger-standbys",
        ["PostgreSQL does not wait for its standbys: a fail-over may lose what Drydock wrote, and Drydock stops then."],
        ["Set ", data("synchronous_standby_names"), " in PostgreSQL."],
      ),
    ];
  },
};

export const ledgerReplicas: Check = {
  code: "replicas-differ",
  async run({ ledger: { otherwiseConfigured } }) {
    if (!otherwiseConfigured) return [];
    const others = await otherwiseConfigured();
    if (others.length === 0) return [ok("replicas-differ", "No replica runs with another configuration.")];
    return [
      warning(
        "replicas-differ",
        [
          `${count(others.length, "replica")} ${others.length === 1 ? "runs" : "run"} with another configuration than this one: `,
          data(others.join(", ")),
          ". One replica plans and another one upgrades, each by its own.",
        ],
        ["Give all replicas the same configuration, and restart them one after the other."],
      ),
    ];
  },
};

/** What the ledger's adapter finds wrong has its remedy in the same message, after the first sentence. */
async function asked(code: Key, fine: string, ask: () => Promise<unknown>): Promise<readonly Found[]> {
  try {
    await ask();
    return [ok(code, fine)];
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const [, sentence = error.message, remedy = ""] = /^(.+?[.:])\s+(.+)$/s.exec(error.message) ?? [];
    return [problem(code, [data(sentence)], [data(remedy)])];
  }
}
