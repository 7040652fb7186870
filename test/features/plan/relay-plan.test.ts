import { expect, test } from "vitest";
import { textOf } from "../../../src/core/view.ts";
import { NO_FILTERS, type Selection } from "../../../src/features/plan/plan-port.ts";
import { partialView } from "../../../src/features/plan/plan-view.ts";
import { readRelayPlan } from "../../../src/features/plan/relay-plan.ts";
import { type Relay, ServerError } from "../../../src/model/deploy-server.ts";
import { SYSTEM_TEAM_ID } from "../../../src/model/rights.ts";
import { plainCause } from "../../../src/phrases/cause-text.ts";
import { relayOf } from "../../support/relays.ts";
import { smallServer } from "../../support/small-server.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

const SELECTION: Selection = {
  statuses: [],
  ...NO_FILTERS,
  slots: undefined,
  canary: undefined,
  hold: false,
  includeOffline: false,
  includeInactive: false,
  emergency: false,
  relays: ["r1"],
  reason: undefined,
};

interface Given {
  readonly relay: Partial<Relay>;
  /** The agents of the list, each with the relay that it is behind. */
  readonly behind: readonly (string | undefined)[];
  readonly permissions?: readonly string[];
  /** Rights are held on one team and not everywhere. */
  readonly oneTeam?: boolean;
}

async function planned({ relay, behind, permissions = ["View Agent Relays"], oneTeam = false }: Given) {
  const agents = behind.map((id, i) => plannedAgent(`a${i}`, id === undefined ? {} : { relay: id }));
  const small = await smallServer(planOf(agents));
  const { server, projections, authorize } = small;
  small.showRelays([relayOf("r1", { version: "7.1", ...relay })]);
  const { required } = server.policy;
  const teamId = oneTeam ? "t" : SYSTEM_TEAM_ID;
  const told: string[] = [];
  Object.assign(server.urbancode, {
    role: async () => ({
      id: "r",
      name: "some",
      actions: [...required, ...permissions].map((name) => ({ name, agentTypeId: undefined })),
    }),
    roleMappings: async () => [{ teamId, roleId: "r" }],
    activity: async () => ({ kind: "trouble", error: new ServerError("denied", "No right.", 403) }),
  });
  const result = await readRelayPlan(
    { server, selection: SELECTION, person: "U0ALICE", progress: (partial) => told.push(textOf(partialView(partial))) },
    { names: ["r1"], projections, authorize, clock: small.clock },
  );
  const { relays = [], excluded } = result.plan;
  return {
    dark: relays.map((one) => one.dark),
    left: excluded.map(({ reason, cause }) => [reason, plainCause(cause, "you")]),
    told,
  };
}

test.each<readonly [string, Given, string]>([
  [
    "unknown, and the list names no relays",
    { relay: {}, behind: [undefined] },
    "does not report which agents are behind it",
  ],
  [
    "more than are listed",
    { relay: { totalAgents: 200 }, behind: ["r1"] },
    "the server counts 200 agents behind it, and Drydock's account sees 1 of them",
  ],
  [
    "some, of which none is listed",
    { relay: { totalAgents: 2 }, behind: ["r2"] },
    "the server counts 2 agents behind it, and Drydock's account sees none of them",
  ],
])("a relay is left out where the agents behind it are %s", async (_what, given, sentence) => {
  const { dark, left } = await planned(given);
  expect(dark).toEqual([]);
  expect(left).toEqual([["not known", expect.stringContaining(sentence)]]);
});

test.each<readonly [string, Given, number]>([
  ["all listed", { relay: { totalAgents: 2 }, behind: ["r1", "r1"] }, 2],
  ["not counted, and listed", { relay: {}, behind: ["r1", undefined] }, 1],
  ["none, by the server's count", { relay: { totalAgents: 0 }, behind: [undefined] }, 0],
  ["not counted, and others are listed behind theirs", { relay: {}, behind: ["r2"] }, 0],
])("a relay is planned where the agents behind it are %s", async (_what, given, dark) => {
  expect(await planned(given)).toMatchObject({ dark: [dark], left: [] });
});

test("a relay without agents is for those who may see relays; others are not told of it", async () => {
  const alone = planned({ relay: { totalAgents: 0 }, behind: [], permissions: [] });
  // As of a relay that is not there.
  await expect(alone).rejects.toMatchObject({ code: "no-relay-matches", message: "No relay matches r1." });
});

test("where the rights on many agents have to be read, that is shown as it goes on", async () => {
  const { told } = await planned({
    relay: { totalAgents: 150 },
    behind: Array.from({ length: 150 }, () => "r1"),
    oneTeam: true,
  });
  expect(told[0]).toContain("1 relay on prod, with 150 agents behind");
  expect(told.at(-1)).toContain("Rights checked 150 of 150.");
});
