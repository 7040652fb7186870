import { expect } from "vitest";
import { describedMetrics } from "../support/described-metrics.ts";
import { test } from "../support/e2e.ts";
import { needs } from "../support/needs.ts";

/** What a scrape says of each metric, all its samples together. */
type Scrape = ReadonlyMap<string, string>;

async function scrape(url: string): Promise<Scrape> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = new Map<string, string>();
  let name = "";
  for (const line of text.split("\n")) {
    name = /^# HELP (\S+)/.exec(line)?.[1] ?? name;
    if (line !== "" && !line.startsWith("#")) samples.set(name, `${samples.get(name) ?? ""}${line}\n`);
  }
  return samples;
}

const AGENTS = [
  ...Array.from({ length: 5 }, (_, i) => ({ name: `web-${i + 1}` })),
  { name: "full", fault: "refused" as const },
];

test(
  "every metric of the catalogue moves with a rollout that is approved, paused and slowed down",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await start({
      deploy: { agents: AGENTS },
      health: true,
      approvals: "1",
      server: ["slots: 3", "approvers: {people: [U0BOB]}"],
    });
    const scrapes: Scrape[] = [];
    const look = async () => scrapes.push(await scrape(trial.healthUrl));
    await look();
    expect(scrapes[0]?.get("drydock_approvals_total")).toContain('{server="prod",result="expired"} 0');
    const card = await trial.askApproval();
    await look();
    trial.press("U0BOB", card, "approve");
    await trial.until("an upgrade", () => trial.events().some(({ type }) => type === "upgrade.triggered"));
    trial.deploy.trouble({ kind: "failing", seconds: 600 });
    await trial.event("server.prod", "slots.changed");
    // What a scrape shows of a server comes with the next reading of it.
    await trial.pass(10_000);
    await look();
    trial.deploy.trouble({ kind: "none" });
    await trial.button(card, "pause");
    trial.press("U0ALICE", card, "pause");
    await trial.event("rollout.prod-1", "rollout.paused");
    await look();
    await trial.button(card, "resume");
    await trial.pass(20_000);
    trial.press("U0ALICE", card, "resume");
    await trial.told("U0ALICE", "resumed");
    await trial.ended("prod-1");
    await look();

    const seen = (name: string) => new Set(scrapes.map((samples) => samples.get(name) ?? ""));
    const names = [...describedMetrics().map(({ name }) => name), "nodejs_eventloop_lag_p99_seconds"];
    // Build and policy do not change, and no agent came back late: test/adapters/metrics/metrics.test.ts has that.
    const still = ["drydock_build_info", "drydock_slots_allowed", "drydock_upgrades_corrected_total"];
    expect(names.filter((name) => seen(name).size < 2).sort()).toEqual(still);
    expect(scrapes.at(-1)?.get("drydock_build_info")).toContain(`node="${process.version}"`);
    const last = [...(scrapes.at(-1)?.values() ?? [])].join("");
    expect(last).toContain('drydock_upgrades_total{server="prod",outcome="verified",cause="verified"} 5');
    expect(last).toContain('drydock_approvals_total{server="prod",result="approved"} 1');
    for (const { name } of AGENTS) expect(last).not.toContain(`"${name}"`);
    expect(last).not.toMatch(/U0ALICE|U0BOB|prod-1\b/);
  },
);
