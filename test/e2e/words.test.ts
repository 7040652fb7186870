import { describe, expect } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import { needs } from "../support/needs.ts";
import { namesOf } from "../support/started-plan.ts";
import { until } from "../support/time.ts";
import { chosenBy, FILTERS, FLEET, WAYS } from "../support/typed-filters.ts";

const DATA = { teamId: "t-data", teamLabel: "Data" };

/** The agents that a text names. */
const named = (text: string) => namesOf(FLEET).filter((name) => text.includes(name));
const command = (flag: string, value: string) =>
  flag === "" ? `upgrade ${value}` : `upgrade-required ${flag} ${value}`;

describe("a filter's value", () => {
  test.for(FILTERS)("%s: understood as people write it", needs("private presses"), async (row, { start }) => {
    const [flag, one, two] = row;
    const trial = await start({ deploy: { agents: FLEET } });
    for (const [way, write] of Object.entries(WAYS)) {
      const { typed, agents } = write(one, two);
      for (const text of typed) {
        trial.say("U0ALICE", command(flag, text));
        expect([way, text, named(await trial.told("U0ALICE", "plan"))]).toEqual([way, text, chosenBy(row, agents)]);
      }
    }
  });

  test.for(FILTERS)(
    "%s: one that no agent has is an error with what is near",
    async ([flag, , two, absent], { start }) => {
      const trial = await start({ deploy: { agents: FLEET } });
      trial.say("U0ALICE", command(flag, absent));
      const said = await trial.told("U0ALICE", "error.no-agent-matches");
      expect(said).toContain(
        `No agent matches ${`${flag} ${absent}`.trim()}. Did you mean ${flag === "--version" ? "7.0.5.2.1050384" : two}`,
      );
      // Of several words the one that is right does not hide the one that is not.
      trial.say("U0ALICE", command(flag, `${two}, ${absent}`));
      expect(await trial.told("U0ALICE", "error.no-agent-matches")).toContain(absent);
    },
  );
});

/** In which the names of agents are also the beginnings of others, and Dave may view what is on the Data team alone. */
const MIXED: readonly AgentSeed[] = [
  { name: "data-1", teams: [DATA] },
  { name: "data-2", teams: [DATA], status: "ONLINE", version: "7.2.3.1.1150420" },
  { name: "data-9", tags: ["hidden"] },
  { name: "web-1" },
  { name: "web-2", active: false },
];

describe("a word without effect", () => {
  test("hidden agents and missing ones answer the same, and only viewed ones are proposed", async ({ start }) => {
    const trial = await start({ deploy: { agents: MIXED } });
    async function refused(person: string, text: string): Promise<string> {
      trial.say(person, text);
      return trial.told(person, "error.no-agent-matches");
    }
    // Alice may view all of them.
    expect(await refused("U0ALICE", "upgrade-required --exclude data9")).toContain("Did you mean data-9");
    for (const [hidden, missing] of [
      ["upgrade-required --exclude web-1", "upgrade-required --exclude web-7"],
      ["upgrade web-1", "upgrade web-7"],
      ["upgrade-required --tag hidden", "upgrade-required --tag hiddex"],
      ["upgrade-required --team Web", "upgrade-required --team Wex"],
      ["upgrade w*1", "upgrade w*7"],
    ] as const) {
      const answers = [await refused("U0DAVE", hidden), await refused("U0DAVE", missing)];
      const [one, two] = answers.map((answer, i) =>
        answer.replaceAll([hidden, missing][i]?.split(" ").at(-1) ?? "", "X"),
      );
      expect(one).toBe(two);
    }
    const near = await refused("U0DAVE", "upgrade-required --exclude data-8");
    expect([near.includes("data-1"), near.includes("data-9")]).toEqual([true, false]);
  });

  test("one that matches only agents outside the plan is said on the plan", async ({ start }) => {
    const trial = await start({ deploy: { agents: MIXED } });
    for (const [text, said] of [
      [
        "upgrade-required --exclude data-2",
        "--exclude data-2: not in this plan anyway (online, version 7.2.3.1.1150420).",
      ],
      ["upgrade-required --exclude web-2", "--exclude web-2: the server has it as inactive."],
      ["upgrade-required --exclude data-2*", "--exclude data-2*: it matches only agents that are not in this plan."],
      ["upgrade web-1 data-1 --exclude data-1", "data-1: left out by another filter."],
      ["upgrade web-1 data-1 --name web-*", "data-1: left out by another filter."],
      ["upgrade web-1 data-2", "data-2: online, version 7.2.3.1.1150420: no upgrade needed."],
      ["upgrade * --name web-1", "Agents: web-1\n2 agents not selected."],
      ["upgrade-required --name web-1 --team Data", "--team Data: it matches only agents that are not in this plan."],
    ] as const) {
      trial.say("U0ALICE", text);
      expect([text, await trial.told("U0ALICE", "plan")]).toEqual([text, expect.stringContaining(said)]);
    }
    trial.say("U0ALICE", "upgrade-required --exclude data-1");
    expect(await trial.told("U0ALICE", "plan")).not.toContain("--exclude");
  });

  test("a plan without agents says that nothing needs to be upgraded only if that is true of all that was asked for", async ({
    start,
  }) => {
    const trial = await start({ deploy: { agents: MIXED } });
    const says = async (text: string) => {
      trial.say("U0ALICE", text);
      return (await trial.told("U0ALICE", "plan")).includes("Nothing needs to be upgraded.");
    };
    expect([await says("upgrade-recommended"), await says("upgrade data-2")]).toEqual([true, false]);
  });

  test("relays: a name or glob that no relay has is an error with what is near", async ({ start }) => {
    const trial = await start({ deploy: { agents: [{ name: "web-1", relayId: "relay-eu" }] } });
    trial.say("U0ALICE", "upgrade-relay relay-eu, relay-us*");
    expect(await trial.told("U0ALICE", "error.no-relay-matches")).toBe(
      "No relay matches relay-us*. Did you mean relay-eu?",
    );
    // Dave may view no agent behind it.
    trial.say("U0DAVE", "upgrade-relay relay-eu");
    expect(await trial.told("U0DAVE", "error.no-relay-matches")).toBe("No relay matches relay-eu.");
  });

  test("entries without a name are counted, on plans and in the status", async ({ start }) => {
    const trial = await start.ready({ deploy: { agents: MIXED } });
    trial.deploy.conditions.oddNames = { "data-9": null, "data-2": 5 };
    await trial.startBot();
    trial.say("U0ALICE", "upgrade-required");
    expect(await trial.told("U0ALICE", "plan")).toContain(
      "2 entries of the server's list have no id or no name that Drydock can read",
    );
    trial.say("U0ALICE", "status");
    expect(await trial.told("U0ALICE", "status")).toContain(
      "2 more entries have no id or no name that Drydock can read.",
    );
  });

  test("those who approve see what was typed, also after Adjust", needs("private presses"), async ({ start }) => {
    const trial = await start({ deploy: { agents: MIXED }, approvals: "1", server: ["approvers: {people: [U0BOB]}"] });
    const plan = await trial.planOf("U0ALICE", "upgrade-required --name data-*, `web-1`", "request");
    trial.press("U0ALICE", plan, "adjust");
    await trial.submit("U0ALICE", { reason: "patch night" });
    const adjusted = await until("the adjusted plan", () =>
      trial.slack.workspace.messages.findLast(
        (message) => message.only === "U0ALICE" && renderText(message).includes("patch night"),
      ),
    );
    await trial.button(adjusted, "request");
    trial.press("U0ALICE", adjusted, "request");
    const card = renderText(await trial.message("prod-1/card"));
    expect(card).toContain("Reason: `patch night`\nTyped: `upgrade-required --name data-* --name web-1`");
  });
});

describe("words", () => {
  test("a name that begins with a dash or has a comma in it can be quoted; several words make a time", async ({
    start,
  }) => {
    const agents = ["--odd", "a,b", "a", "b", "web 1"].map((name) => ({ name }));
    const trial = await start({ deploy: { agents } });
    const first = async (text: string) => {
      trial.say("U0ALICE", text);
      return /Agents: (.*)/
        .exec(await trial.told("U0ALICE", "plan"))?.[1]
        ?.split(", ")
        .sort()
        .join(" ");
    };
    expect(await first('upgrade "--odd"')).toBe("--odd");
    expect(await first("upgrade-required --name “--odd”")).toBe("--odd");
    expect(await first('upgrade "a,b"')).toBe("a,b");
    expect(await first("upgrade a,b")).toBe("a b");
    expect(await first("upgrade `web 1` —exclude=a")).toBe("web 1");
    expect(await first("upgrade a --at next sat 22:00 b ––limit 2")).toBe("a b");
  });
});
