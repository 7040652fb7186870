import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deploy, startDeploy } from "../../playground/deploy/start-deploy.ts";
import { runProgram } from "../support/run-program.ts";
import { chosenBy, FILTERS, type FilterRow, FLEET, linkOf, WAYS } from "../support/typed-filters.ts";

const ACCOUNT = { DS_USERNAME: "drydock", DS_PASSWORD: "dry-dock-password" };
/** A terminal has no names as words. */
const OPTIONS: readonly FilterRow[] = FILTERS.filter(([flag]) => flag !== "");

let deploy: Deploy;
beforeAll(async () => {
  deploy = await startDeploy({ agents: FLEET });
});
afterAll(() => deploy.stop());

const plan = (...argv: readonly string[]) => runProgram(["plan", "--url", deploy.url, ...argv], ACCOUNT);

describe("drydock plan", () => {
  test.each(OPTIONS)("%s: understood as people write it", async (...row) => {
    const [flag, one, two] = row;
    const ways = {
      ...WAYS,
      "a link of Slack": () => ({ typed: [linkOf(one)], agents: WAYS["back-ticks"](one).agents }),
    };
    for (const [way, write] of Object.entries(ways)) {
      const { typed, agents } = write(one, two);
      for (const text of typed) {
        const { stdout, stderr } = await plan("--json", flag, text);
        expect([way, text, stderr]).toEqual([way, text, ""]);
        const found = JSON.parse(stdout) as { plan: { agents: readonly { name: string }[] } };
        expect([way, text, found.plan.agents.map(({ name }) => name).sort()]).toEqual([
          way,
          text,
          [...chosenBy(row, agents)].sort(),
        ]);
      }
    }
  });

  test.each(OPTIONS)("%s: one that no agent has is a wrong command line", async (flag, _one, two, absent) => {
    const { status, stdout, stderr } = await plan(flag, absent);
    const near = flag === "--version" ? "7.0.5.2.1050384" : two;
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`No agent matches ${flag} ${absent}. Did you mean ${near}`);
  });
});
