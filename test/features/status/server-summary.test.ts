import { afterEach, expect, test } from "vitest";
import { readSummary } from "../../../src/features/status/server-summary.ts";
import { ServerError } from "../../../src/model/deploy-server.ts";
import { openHouse, stopAll } from "../../support/own-tokens.ts";

afterEach(stopAll);

const WEB = [{ teamId: "t-web", teamLabel: "Web" }];
const DATA = [{ teamId: "t-data", teamLabel: "Data" }];

test("people who may view all agents share what these have in common, and others are told of their own", async () => {
  const agents = [
    { name: "web-1", teams: WEB, tags: ["pci"] },
    { name: "db-1", teams: DATA, tags: ["pci"] },
  ];
  const { server, authorize, clock } = await openHouse({ deploy: { agents } });
  let read = 0;
  const teams: typeof server.fleet.teams = (...given) => {
    read += 1;
    return server.fleet.teams(...given);
  };
  const watched = { ...server, fleet: { ...server.fleet, teams } };
  const visibility = {
    agents: async (_server: typeof server, person: string) => (await authorize.onAgents(watched, person, "look")).views,
  };
  const found = async (person: string) => {
    const summary = await readSummary(watched, person, { clock, visibility }, { teams: true });
    return summary.kind === "read" ? summary.found : undefined;
  };
  const [alice, carol] = await Promise.all([found("U0ALICE"), found("U0CAROL")]);
  expect(await found("U0ALICE")).toBe(alice);
  expect(carol).toEqual({
    teams: [expect.objectContaining({ agents: 1 }), expect.objectContaining({ agents: 1 })],
    tags: [{ name: "pci", agents: 2 }],
    asked: 2,
  });
  expect(read).toBe(2);
  expect(await found("U0DAVE")).toMatchObject({ tags: [{ name: "pci", agents: 1 }], asked: 1 });
});

test("a server that does not say what a person may view is counted all the same", async () => {
  const { server, authorize, clock } = await openHouse();
  server.urbancode.roleMappings = async () => {
    throw new ServerError("unreachable", "prod gave no answer.");
  };
  const visibility = {
    agents: async () => (await authorize.onAgents(server, "U0CAROL", "look")).views,
  };
  const summary = await readSummary(server, "U0CAROL", { clock, visibility }, { teams: true });
  expect(summary).toMatchObject({ kind: "read", blocked: 2, all: 2, found: { teams: [], tags: [] } });
});
