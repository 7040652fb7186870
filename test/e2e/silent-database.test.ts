import { afterEach, expect, test } from "vitest";
import { buttonFor } from "../../playground/messages.ts";
import { startTrial, until } from "../../playground/trial.ts";
import { COMPILED } from "../support/compiled.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { KEY } from "../support/postgres-ledger.ts";
import { openProxy } from "../support/postgres-proxy.ts";

const postgres = usePostgres();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe("a replica whose database does not answer", () => {
  test("ends in order after SIGTERM, and the log says from when on others have its duties", async () => {
    const proxy = await openProxy(await postgres.fresh());
    ends.push(() => proxy.close());
    const agents = Array.from({ length: 15 }, (_, i) => ({ name: `web-${i + 1}` }));
    const trial = await startTrial({
      deploy: { agents, seed: 4, scale: 60 },
      env: { DATABASE_URL: proxy.url, DRYDOCK_LEDGER_KEY: KEY.toString() },
      bot: COMPILED,
    });
    ends.push(() => trial.stop());
    await trial.startBot();
    const { acts, workspace } = trial.slack;
    acts.slash("U0ALICE", "C0ONCALL", "upgrade-required");
    const plan = await until("a plan", () =>
      workspace.messages.find((message) => message.only === "U0ALICE" && buttonFor(message, "start")),
    );
    acts.press("U0ALICE", plan, buttonFor(plan, "start")?.label ?? "");
    await until("the first upgrades", () => trial.deploy.fleet.triggers.length >= 5);
    proxy.freeze();
    expect(await trial.endBot()).toBe(0);
    expect(trial.log()).toContain("another replica takes the duties of this one after 5 s");
    expect(trial.log()).not.toMatch(/"level":50.*(pool|ended with an error)/);
  });
});
