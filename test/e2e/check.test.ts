import { afterEach, describe, expect, test } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { messages, renderText, startCompiled, startRollout, type Trial, threaded, told } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const DATA = { teamId: "t-data", teamLabel: "Data" };
const FLEET: readonly AgentSeed[] = [
  { name: "web-1", relayId: "r1", version: "4.8.4" },
  { name: "web-2", relayId: "r1", os: "Linux" },
  { name: "db-1", teams: [DATA], relayId: "r1" },
];

function say(person: string, text: string): void {
  trial.slack.acts.slash(person, "C0ONCALL", text);
}

describe("a check of a server, in Slack", () => {
  test("an old server with inactive links, a lagging relay and a clock that is wrong; one whose relays are hidden", async () => {
    trial = await startCompiled({
      deploy: { agents: FLEET, serverVersion: "7.3.1.0.5" },
      others: { old: { agents: FLEET, serverVersion: "6.2.7.1.960390", relays: { r1: "6.2.1.0" } } },
    });
    const old = trial.others.get("old");
    if (!old) throw new Error("there is no such server");
    old.conditions.inactiveLinks = true;
    old.conditions.clockAhead = -3_600_000;
    trial.deploy.conditions.relaysHidden = true;
    await trial.startBot();

    say("U0ALICE", "check");
    await told(trial, "U0ALICE", "There are several servers; say which: --server prod or --server old.");
    say("U0ALICE", "check old --to 8.2");
    const report = renderText(await told(trial, "U0ALICE", "Check of old:"));
    expect(report).toContain("Not in one step: `6.2.7.1.960390 → 7.0.x → 8.2`.");
    expect(report).toContain("1 agent is older than 4.8.5");
    expect(report).toContain("`/agents upgrade * --version <4.8.5 --server old`");
    expect(report).toContain("1 relay lags behind the server (1 at 6.2), with 3 agents behind.");
    expect(report).toContain("The server's clock is 60 min behind Drydock's.");
    expect(report).toContain('Enable "Show Inactive" Links is on');
    expect(report.indexOf("warn, path")).toBeLessThan(report.indexOf("note, path"));

    say("U0DAVE", "check --server prod");
    const daves = renderText(await told(trial, "U0DAVE", "Check of prod:"));
    expect(daves).toContain("No relay is visible to Drydock's account, though 3 agents are behind one.");
    expect(daves).toContain(
      "3 agents are Upgrade Required: nothing can be deployed there until they are upgraded. Such as `db-1`.",
    );
    expect(daves).toContain("Of 3 agents that want an upgrade you may not upgrade 2.");
    expect(daves).not.toContain("web-1");

    say("U0ALICE", "upgrade-required --server old");
    const plan = renderText(await told(trial, "U0ALICE", "Upgrade 3 of 3 agents on old"));
    expect(plan).toContain("▲ warn: The server's clock is 60 min behind Drydock's.");
    expect(plan).toContain("▲ warn: 1 relay lags behind the server");
    expect(plan).toContain("What to do about it: `/agents check old` says more.");
    expect(old.requests.get("PUT /cli/agentCLI/test")).toBeUndefined();
  });

  test("the way between two versions without any server, and typing errors with an example", async () => {
    trial = await startCompiled({ deploy: { agents: FLEET } });
    await trial.startBot();
    for (const [text, answer] of [
      ["check --from 4.8.3 --to 8.0.1", "Not in one step: `4.8.3 → 4.8.5 or 5.0 → 7.0.x → 8.0.1`."],
      ["check --from 6.2.1 --to 6.2.4", "all of its relays together with it"],
      ["check --from 7.x --to 8", '--from wants a version (one to five numbers with dots between), not "7.x"'],
      ["check --from 8 --to 7", "8 is newer than 7, and there is no way back to an older version."],
      ["check prood", 'There is no server "prood". Did you mean prod?'],
      ["check --form 7", "There is no flag --form here. Did you mean --from?"],
      ["check --agent web-2 --test", "--agent tells what to run on one agent's host; leave out the others"],
    ] as const) {
      say("U0ALICE", text);
      await told(trial, "U0ALICE", answer);
    }
    expect(trial.deploy.requests.get("PUT /cli/agentCLI/test")).toBeUndefined();
  });

  test("from the report to a test of a few connections, and to the commands for a host", async () => {
    trial = await startCompiled({ deploy: { agents: FLEET.slice(1, 2) } });
    await trial.startBot();
    say("U0ALICE", "check");
    const report = await told(trial, "U0ALICE", "[Commands for a host]");
    trial.slack.acts.press("U0ALICE", report, "Commands for a host");
    const host = renderText(await told(trial, "U0ALICE", "What nobody can see from outside, for `web-2` on prod"));
    expect(host).toContain("`AGENT_HOME='/opt/ibm-ucd/agent'`");
    expect(host).toContain("$AGENT_HOME/bin/air-agentupgrade.jar");
    expect(host).not.toContain("PowerShell");
    say("U0ALICE", "check prod --test");
    await told(trial, "U0ALICE", "The server took the test of its connection to `web-2` and said nothing more.");
    expect(trial.deploy.requests.get("PUT /cli/agentCLI/test")).toBe(1);
    // Dave may not view it: he is told neither its name nor how to get at it.
    say("U0DAVE", "check prod --agent web-2");
    await told(trial, "U0DAVE", 'There is no agent "web-2" on prod that you may view.');
    say("U0DAVE", "check prod");
    const daves = await told(trial, "U0DAVE", "Check of prod:");
    expect(renderText(daves)).not.toContain("web-2");
    expect(messages(trial, ({ only }, shown) => only === "U0DAVE" && shown.includes("Commands for a host"))).toEqual(
      [],
    );
  });
});

test("where a version is set, a rollout's result counts who may speak only SSLv3 before and after", async () => {
  trial = await startCompiled({
    deploy: { agents: [...FLEET.slice(0, 2), { name: "api-1", version: "4.8.1", status: "OFFLINE" }], scale: 200 },
    server: ['guide: {sslv3Below: "6.0"}'],
  });
  await trial.startBot();
  await startRollout(trial);
  const result = await threaded(trial, "prod-1 is finished", 60_000);
  expect(result).toContain(
    "Below 6.0, where agents may speak only SSLv3: 1 of this rollout before, 0 now; 1 on prod in all",
  );
});
