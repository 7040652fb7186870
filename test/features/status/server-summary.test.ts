import { afterEach, expect, test } from "vitest";
import { readSummary } from "../../../src/features/status/server-summary.ts";
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
    agents: async (_server: typeof server, person: string) => (await authorize.access(watched, person, "look")).views,
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
