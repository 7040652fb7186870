import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { textOf } from "../../../src/core/view.ts";
import type { Reply } from "../../../src/features/contribution.ts";
import { drawCard } from "../../../src/features/contributions.ts";
import { relayListParts } from "../../../src/features/relay-upgrade/relay-list-view.ts";
import { relayReplies } from "../../../src/features/relay-upgrade/relay-thread.ts";
import type { Relay } from "../../../src/model/deploy-server.ts";
import { DEFAULT_RELAYS } from "../../../src/model/relay/settings.ts";
import { foldProgress } from "../../../src/model/rollout/progress.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import type { Access } from "../../../src/people/access.ts";
import { relayViewer } from "../../../src/people/relay-viewer.ts";
import { relayResultView } from "../../../src/reporting/relay-result.ts";
import type { ManagedServer } from "../../../src/servers/managed-server.ts";
import { agentAt } from "../../support/agents.ts";
import { policyWith } from "../../support/policy.ts";
import { planOf, rolloutOf } from "../../support/upgrades.ts";

const RELAY = { id: "r1", name: "relay-1" };
const AGENTS = [
  { id: "a", name: "web-1" },
  { id: "b", name: "web-2" },
];

function ofTwoRelays(...events: readonly RolloutEvent[]): Rollout {
  const relays = ["r1", "r2"].map((id) => ({ id, name: `relay-${id}`, version: "7.1", agents: AGENTS, dark: 2 }));
  return rolloutOf({ ...planOf([]), relays }, ...events);
}

/** What the card of a rollout of two relays says, after this. */
function onCard(...events: readonly RolloutEvent[]): readonly string[] {
  const rollout = ofTwoRelays(...events);
  const progress = foldProgress({ total: 2, upgrades: [], stopping: false, retried: () => false });
  const slots = { ours: 0, external: 0, open: 10, of: 10, reason: undefined };
  const none = { busy: undefined, waits: undefined, exceedsWindow: undefined, kept: undefined, times: undefined };
  const input = { rollout, policy: policyWith(), progress, upgrades: [], slots, here: 0, blocked: [], ...none };
  return textOf(drawCard(input)).split("\n");
}

/** What the thread of a rollout of two relays says, after this. */
function said(...events: readonly RolloutEvent[]): Readonly<Record<string, string>> {
  return repliesOf(events, ({ how }) => how !== "correction");
}

/** What becomes of replies that are there already and are not told any more. */
function corrected(...events: readonly RolloutEvent[]): Readonly<Record<string, string>> {
  return repliesOf(events, ({ how }) => how === "correction");
}

function repliesOf(events: readonly RolloutEvent[], test: (reply: Reply) => boolean): Readonly<Record<string, string>> {
  const rollout = ofTwoRelays(...events);
  const replies = relayReplies(rollout, { url: "https://prod.example.com", deadlines: DEFAULT_RELAYS.deadlines });
  return Object.fromEntries(replies.filter(test).map(({ key, view }) => [key, textOf(view)]));
}

const turn: RolloutEvent = { type: "relay.turn", data: { relay: RELAY } };
const asked = (serverVersion: string | null): RolloutEvent => ({
  type: "relay.asked",
  data: { relay: RELAY, from: "7.1", agents: AGENTS, hostname: "relay-1.example.com", serverVersion },
});
const away: RolloutEvent = { type: "relay.observed", data: { up: false, version: "7.1" } };
const ended = (data: object): RolloutEvent => ({
  type: "relay.ended",
  data: { relay: RELAY, outcome: "upgraded", version: "7.2", detail: null, missing: [], ...data },
});

describe("who is asked for a relay is told the exact place", () => {
  test("nobody is asked before its agents have landed", () => {
    expect(said(turn)).toEqual({});
  });

  test("from 7.0.4.2 on it is the web interface", () => {
    const text = said(turn, asked("7.0.4.2.99"))["relay-ask-1"];
    expect(text).toContain("U0ALICE it is the turn of the relay relay-1 on prod.");
    expect(text).toContain("Resources > Agent Relays, in the row of relay-1: Actions > Upgrade.");
    expect(text).not.toContain("installer");
    expect(text).toContain("2 connected agents go offline until it is back.");
    expect(text).toContain("[Skip this relay] [Stop]");
  });

  test("before that it is the installer on the relay's host, and no steps are made up", () => {
    const text = said(turn, asked("7.0.4.1.99"))["relay-ask-1"];
    expect(text).toContain("On the relay's host relay-1.example.com: the agent relay installer");
    expect(text).toContain("(7.0.4.1.99)");
    expect(text).not.toContain("Resources >");
  });

  test("a server that does not tell its version gets both", () => {
    const text = said(turn, asked(null))["relay-ask-1"];
    expect(text).toContain("Resources >");
    expect(text).toContain("installer");
  });
});

describe("the card", () => {
  test("names all that a turn waits for before anybody is asked", () => {
    expect(onCard(turn)).toContain(
      "▶ relay-1: its turn. Drydock waits until it is up, nothing runs behind it, and the owner's permissions are known. No upgrade of its agents starts.",
    );
  });
});

const putBack: RolloutEvent = { type: "relay.put-back", data: { relay: RELAY } };
const stopped: RolloutEvent = { type: "rollout.stopped", data: { by: "U0BOB" } };

describe("after Stop", () => {
  test.each<[string, readonly RolloutEvent[]]>([
    ["stopping", [stopped]],
    ["ended", [stopped, { type: "rollout.ended", data: {} }]],
  ])("a rollout that is %s has relays that were not begun, and none that wait", (_status, events) => {
    const lines = onCard(...events);
    expect(lines).toContain("Not begun: relay-r1 at 7.1: 2 agents go offline with it");
    expect(lines.join("\n")).not.toContain("Waiting: ");
    expect(onCard()).toContain("Waiting: relay-r1 at 7.1: 2 agents go offline with it");
  });

  test("a turn that was put back before is not asked for again", () => {
    expect(said(turn, asked("8"), putBack, stopped)["relay-ask-1"]).toBe(
      "It was the turn of relay-1. The rollout was stopped: do not upgrade this relay.",
    );
  });
});

describe("what was asked", () => {
  test("loses its buttons once somebody has begun, and is not reminded of", () => {
    const replies = said(turn, asked("8"), { type: "relay.reminded", data: {} }, away);
    expect(Object.keys(replies)).toEqual(["relay-ask-1"]);
    expect(replies["relay-ask-1"]).toContain("away since");
    expect(replies["relay-ask-1"]).not.toContain("[");
  });

  test("has a deadline that a restart moves, so it is given as a span and not as a time", () => {
    const replies = said(turn, asked("8"), { type: "relay.reminded", data: {} });
    expect(replies["relay-ask-1"]).toContain("If you do not begin within 30 min, Drydock leaves it out.");
    expect(replies["relay-remind-1"]).toBe(
      "U0ALICE relay-1 still waits for its upgrade. Drydock leaves it out in about 15 min.",
    );
  });

  test("has a reminder that says no more that the relay waits once it does not", () => {
    const begun = [turn, asked("8"), { type: "relay.reminded", data: {} }] as const;
    expect(corrected(...begun)).toEqual({});
    expect(corrected(...begun, away)["relay-remind-1"]).toMatch(/^relay-1: away since /);
    expect(corrected(...begun, ended({ outcome: "not-begun" }))["relay-remind-1"]).toBe(
      "It was the turn of relay-1. Its turn is over. Do not upgrade it now: Drydock no longer watches it.",
    );
    expect(said(turn, asked("8"), ended({}))["relay-ask-1"]).toBe("It was the turn of relay-1. Its turn is over.");
    const takenBack = corrected(...begun, putBack, turn, asked("8"));
    expect(takenBack["relay-remind-1"]).toContain("do not upgrade this relay yet");
  });

  test("is asked for in a new reply after it was taken back", () => {
    const replies = said(turn, asked("8"), putBack, turn, asked("8"));
    expect(replies["relay-ask-1"]).toContain("do not upgrade this relay yet");
    expect(replies["relay-ask-2"]).toContain("[Skip this relay]");
  });
});

describe("what came of it", () => {
  test("calls nobody where all is well", () => {
    expect(said(turn, asked("8"), ended({}))["relay-end-r1"]).toBe(
      "relay-1 is upgraded, from 7.1 to 7.2: 2 of 2 agents back.",
    );
  });

  test("names agents that are missing, with the places to look at", () => {
    const text = said(turn, asked("8"), ended({ missing: [AGENTS[1]] }))["relay-end-r1"];
    expect(text).toMatch(/^U0ALICE relay-1 is upgraded, from 7.1 to 7.2: 1 of 2 agents back. Missing: web-2\n/);
    expect(text).toContain("var/log/agent.out");
  });

  test("of a relay that is not well: where to look, and that nobody goes on before somebody continues", () => {
    const paused: RolloutEvent = { type: "rollout.paused", data: { by: "drydock", kind: "relay", causes: [] } };
    const text = said(
      turn,
      asked("8"),
      away,
      ended({ outcome: "never-back", detail: cause("relay-not-back") }),
      paused,
    )["relay-end-r1"];
    expect(text).toContain("U0ALICE relay-1 did not come back in time: the server shows it as offline.");
    expect(text).toContain("17 from 8.2");
    expect(text).toContain("until a person presses Resume on its card");
  });
});

const NONE = foldProgress({ total: 0, upgrades: [], stopping: true, retried: () => false });

test("a result with agents missing after an upgrade is not called well, and names them", () => {
  const relays = [{ ...RELAY, version: "7.1", agents: AGENTS, dark: 2 }];
  const resultOf = (missing: typeof AGENTS) =>
    textOf(
      relayResultView(
        rolloutOf({ ...planOf([]), relays }, turn, asked("8"), ended({ missing })),
        { ...NONE, total: 1, verified: 1 },
        [],
      ),
    );
  expect(resultOf([])).toBe("U0ALICE ✔ prod-1: 1 of 1 upgraded.");
  const text = resultOf(AGENTS);
  expect(text).toContain("◐ prod-1: 1 of 1 upgraded.");
  expect(text).toContain("2 agents did not come back in time after a relay's upgrade: web-1, web-2.");
});

test("a result says how many relays were upgraded outside the rollout", () => {
  const relays = [{ ...RELAY, version: "7.1", agents: AGENTS, dark: 2 }];
  const rollout = rolloutOf({ ...planOf([]), relays }, turn, ended({ outcome: "elsewhere" }));
  const progress = { ...NONE, total: 1, verified: 1, external: 1 };
  expect(textOf(relayResultView(rollout, progress, []))).toBe(
    "U0ALICE ✔ prod-1: 1 of 1 upgraded.\n1 of them was upgraded outside this rollout.",
  );
});

test("the list of relays says how many agents decide whether a person may view one", async () => {
  const agents = Array.from({ length: 25 }, (_, i) => agentAt("8", { id: `a${i}`, relayId: "r1" }));
  const seen: string[] = [];
  const views = Object.assign(
    async (id: string) => {
      seen.push(id);
      return id === "a24";
    },
    { all: async () => false },
  );
  const access = { views, nowhere: async (permissions: readonly string[]) => permissions } as unknown as Access;
  expect(await relayViewer(agents, access)({ id: "r1" } as Relay)).toBe(false);
  expect(seen).toHaveLength(20);
  const list = { server: { name: "prod" } as ManagedServer, serverVersion: "8", minimum: null, listed: [], hidden: 1 };
  const view = { key: "relays" as const, summary: [], parts: relayListParts({ ...list, wanted: undefined }) };
  expect(textOf(view)).toContain("View Agents on one of the first 20 agents behind.");
});
