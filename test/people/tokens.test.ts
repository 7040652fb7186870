import { afterEach, describe, expect, test, vi } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { cause } from "../../src/core/cause.ts";
import { Secret } from "../../src/core/secret.ts";
import { CLOSED } from "../../src/core/server-trouble.ts";
import { lineText } from "../../src/core/view.ts";
import { testConnections } from "../../src/features/checks/connection-test.ts";
import { createFreezes } from "../../src/features/freeze/freeze-service.ts";
import { accessNumbers } from "../../src/features/whoami/whoami-port.ts";
import { DutyLost, type Ledger, LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { lastLook } from "../../src/monitor/last-look.ts";
import { createOwnerReadings } from "../../src/monitor/owner-readings.ts";
import { createTokens } from "../../src/people/tokens.ts";
import { change, openHouse, stopAll, TOKENS, takeOff } from "../support/own-tokens.ts";

afterEach(stopAll);

type House = Awaited<ReturnType<typeof openHouse>>;

async function link(house: House, person = "U0ALICE", token: string = TOKENS.alice) {
  const identity = await house.identities.on(house.server, person);
  return house.tokens.link(house.server, { person }, identity, new Secret(token));
}

async function own(house: House, person = "U0ALICE") {
  const { user } = await house.identities.on(house.server, person);
  return house.tokens.of(house.server, person, user);
}

async function typesOf(house: House, person = "U0ALICE") {
  return (await house.events(`person.${person}`)).map(({ type }) => type).filter((type) => type.startsWith("token."));
}

describe("whose a token is", () => {
  test("a token that shows exactly the rights of somebody who is mapped by hand is taken, and says that it is known by them", async () => {
    const house = await openHouse();
    expect(await link(house)).toMatchObject({ user: { id: "u-alice", name: "alice" }, proof: "rights" });
    expect((await house.secrets.get({ person: "U0ALICE", server: "prod" }))?.reveal()).toBe(TOKENS.alice);
    expect(JSON.stringify(await house.events("person.U0ALICE"))).not.toContain(TOKENS.alice);
  });

  test.each<readonly [string, string, string, RegExp]>([
    ["that the server does not know", "U0ALICE", "no-token-of-anybody", /refuses this token \(401\)/],
    ["of somebody who may more", "U0ALICE", TOKENS.admin, /on which it holds .*Delete.*unlike alice/],
    ["of somebody who may less", "U0ALICE", TOKENS.bob, /does not hold View Agents.*unlike alice/],
    [
      "of somebody who is known by e-mail alone",
      "U0CAROL",
      TOKENS.alice,
      /matched you there by your e-mail address only/,
    ],
    ["of somebody without rights", "U0BOB", TOKENS.bob, /no permissions of bob/],
  ])("a token %s is not taken, and nothing is kept of it", async (_whose, person, token, sentence) => {
    const house = await openHouse({
      deploy: { agents: [{ name: "db-1", teams: [{ teamId: "t-data", teamLabel: "Data" }] }] },
    });
    const refused = await link(house, person, token).catch((error: Error) => error);
    expect(refused).toMatchObject({ name: "UserError", message: expect.stringMatching(sentence) });
    expect(String(refused)).not.toContain(token);
    expect(await house.secrets.owners()).toEqual([]);
    expect(await typesOf(house, person)).toEqual([]);
  });

  test("a second token that is not taken leaves the first as it is", async () => {
    const house = await openHouse();
    await link(house);
    await expect(link(house, "U0ALICE", TOKENS.admin)).rejects.toThrow("unlike alice");
    expect((await house.secrets.get({ person: "U0ALICE", server: "prod" }))?.reveal()).toBe(TOKENS.alice);
    expect(await own(house)).toBeDefined();
  });

  describe("where a call is configured that tells", () => {
    const WHO: Record<string, string> = { [TOKENS.alice]: "u-alice", [TOKENS.admin]: "u-admin", [TOKENS.bob]: "bob" };
    const whoAmI = (token: string) => ({ id: WHO[token] });

    test("its word counts, by id or by name, also for those who are known by e-mail", async () => {
      const house = await openHouse({ whoAmI });
      expect(await link(house)).toMatchObject({ proof: "server" });
      expect(await link(house, "U0BOB", TOKENS.bob)).toMatchObject({ proof: "server" });
      expect(await link(house, "U0ADMIN", TOKENS.admin)).toMatchObject({ proof: "server" });
    });

    test("a token of somebody else is not taken, whatever it may do", async () => {
      const house = await openHouse({ whoAmI });
      await expect(link(house, "U0ALICE", TOKENS.admin)).rejects.toThrow("This token is not alice's");
      expect(await house.secrets.owners()).toEqual([]);
    });

    test.each([[{}], [{ id: 7 }], [{ id: "" }], ["text"], [null]])("the answer %j is no answer", async (answer) => {
      const house = await openHouse({ whoAmI: () => answer });
      await expect(link(house)).rejects.toThrow("did not report whose token this is, so Drydock does not accept it");
    });
  });

  test("where own tokens are off nothing is taken", async () => {
    const house = await openHouse({ off: true });
    await expect(link(house)).rejects.toThrow("switched off here");
  });
});

describe("what somebody may do with a token of their own", () => {
  test("known by its rights it adds none: what the roles do not carry is missing, whatever the server says", async () => {
    const house = await openHouse();
    await link(house);
    const agent = await house.running("prod-1", "U0ALICE", "alice");
    const rollout = house.projections.rollouts.get("prod-1");
    if (!rollout) throw new Error("no rollout");
    const look = () =>
      lastLook(house.server, rollout, agent, { owners: createOwnerReadings(house), clock: house.clock }, true);
    expect(await look()).toMatchObject({ kind: "go", own: { proven: false } });
    // The same token is an administrator's now; the roles of alice are what they were.
    change(house.directory, "alice", { token: "another" });
    change(house.directory, "admin", { token: TOKENS.alice });
    expect(await look()).toMatchObject({ kind: "go" });
    takeOff(house.directory, "u-alice");
    expect(await look()).toMatchObject({
      kind: "pause",
      blocked: [
        { cause: { code: "owner-lost-permission", params: { permissions: expect.arrayContaining(["View Agents"]) } } },
      ],
    });
  });

  test("proven by the server where no role can be read, what is missing on an agent leaves out that agent alone", async () => {
    const agents = [{ name: "web-1", teams: [{ teamId: "t-web", teamLabel: "Web" }] }];
    const house = await openHouse({ whoAmI: () => ({ id: "u-bob" }), deploy: { agents, securityHidden: true } });
    await link(house, "U0BOB", TOKENS.bob);
    const agent = await house.running("prod-1", "U0BOB", "bob");
    const rollout = house.projections.rollouts.get("prod-1");
    if (!rollout) throw new Error("no rollout");
    const look = () =>
      lastLook(house.server, rollout, agent, { owners: createOwnerReadings(house), clock: house.clock }, true);
    expect(await look()).toMatchObject({ kind: "go", own: { proven: true } });
    // Bob is on another team than the agent now.
    const { teams } = house.directory;
    teams.splice(0, teams.length, ...teams.map((team) => (team.id === "t-web" ? { ...team, id: "t-other" } : team)));
    expect(await look()).toMatchObject({ kind: "skip", blocked: { cause: { code: "owner-lacks-permission" } } });
  });

  test("proven by the server, its word needs no roles that Drydock could read", async () => {
    const house = await openHouse({ whoAmI: () => ({ id: "u-alice" }), deploy: { securityHidden: true } });
    await link(house);
    const access = await own(house);
    const [agent] = await house.server.urbancode.list();
    expect(await access?.missing(agent?.id ?? "", ["View Agents", "Upgrade Agents", "Delete"])).toEqual(["Delete"]);
  });

  test("proven by the server, it counts for whoami too, also where no role can be read", async () => {
    const house = await openHouse({ deploy: { securityHidden: true }, whoAmI: () => ({ id: "u-alice" }) });
    await link(house);
    const { line } = await accessNumbers(
      house.server,
      { authorize: house.authorize, clock: house.ports.clock },
      "U0ALICE",
    );
    expect(lineText(line)).toContain("You may upgrade all 2 agents");
  });

  test("proven by the server, it counts for a freeze and a connection test too, also where no role can be read", async () => {
    const house = await openHouse({ deploy: { securityHidden: true }, whoAmI: () => ({ id: "u-alice" }) });
    const { server } = house;
    const agents = await server.urbancode.list();
    const [web] = agents;
    const { lacks } = await house.authorize.onAgents(server, "U0ALICE", "press");
    await expect(lacks(agents)).rejects.toThrow("could not read your permissions");
    await link(house);
    const freezes = createFreezes({ ...house.ports, authorize: house.authorize });
    await freezes.freeze(server, { person: "U0ALICE" }, { reason: "storage", until: null });
    expect(house.projections.claims("prod").freeze).toMatchObject({ by: { person: "U0ALICE" } });
    expect(await testConnections(server, "U0ALICE", web ? [web] : [], house.authorize)).toEqual([
      { name: "web-1", answer: { kind: "answered", text: "" } },
    ]);
  });

  test("it is what triggers: the server's own list names the person", async () => {
    const house = await openHouse();
    await link(house);
    const [agent] = await house.server.urbancode.list();
    expect(await (await own(house))?.trigger(agent?.id ?? "")).toMatchObject({ kind: "accepted" });
    expect(house.deploy.fleet.triggers.map(({ user }) => user)).toEqual(["alice"]);
  });

  test("that is used for the first time by two at once: neither closes the connections of the other", async () => {
    const house = await openHouse();
    await link(house);
    const of = () => house.tokens.of(house.server, "U0ALICE", { id: "u-alice", name: "alice" });
    const { get } = house.secrets;
    vi.spyOn(house.secrets, "get")
      .mockImplementationOnce(get)
      .mockImplementationOnce(async (owner) => {
        await early;
        return await get(owner);
      });
    const early = of();
    await of();
    const [id = ""] = house.deploy.fleet.agents.keys();
    expect(await (await early)?.missing(id, ["View Agents"])).toEqual([]);
  });
});

describe("a token that the server does not take any more", () => {
  test("is destroyed, pauses what it carried and is told once; nothing goes on with another account until it is unlinked", async () => {
    const house = await openHouse();
    await link(house);
    const agent = await house.running("prod-1", "U0ALICE", "alice");
    await house.running("prod-2", "U0BOB", "bob");
    change(house.directory, "alice", { token: "revoked" });
    const rollout = house.projections.rollouts.get("prod-1");
    if (!rollout) throw new Error("no rollout");
    const look = await lastLook(
      house.server,
      rollout,
      agent,
      { owners: createOwnerReadings(house), clock: house.clock },
      true,
    );
    expect(look).toMatchObject({
      kind: "pause",
      blocked: [
        { cause: cause("own-token-failed", { server: "prod", why: cause("token-refused", { server: "prod" }) }) },
      ],
    });
    expect([house.status("prod-1"), house.status("prod-2")]).toEqual(["paused", "running"]);
    expect(await house.secrets.owners()).toEqual([]);
    await expect(own(house)).rejects.toThrow("type /agents unlink prod: Drydock's own account");
    await expect(house.tokens.check(house.server, "U0ALICE")).rejects.toThrow("no longer works");
    expect(house.whispers).toEqual([expect.stringContaining("U0ALICE: Your own token for prod no longer works")]);
    expect(await typesOf(house)).toEqual(["token.linked", "token.failed"]);
    expect(house.deploy.fleet.triggers).toEqual([]);
    expect(await house.tokens.unlink("prod", { person: "U0ALICE" })).toEqual([]);
    expect(await own(house)).toBeUndefined();
  });

  test("is noticed at the trigger too: that attempt was refused, and the rollout waits", async () => {
    const house = await openHouse();
    await link(house);
    const agent = await house.running("prod-1", "U0ALICE", "alice");
    const access = await own(house);
    change(house.directory, "alice", { token: "revoked" });
    expect(await access?.trigger(agent.id)).toMatchObject({ kind: "refused", status: 401 });
    expect(house.status("prod-1")).toBe("paused");
    expect(house.whispers).toHaveLength(1);
  });

  test("a server that does not answer says nothing about it", async () => {
    const house = await openHouse();
    await link(house);
    const access = await own(house);
    await house.deploy.stop();
    const [id] = [...house.deploy.fleet.agents.keys()];
    await expect(access?.missing(id ?? "", ["View Agents"])).rejects.toMatchObject({ fault: "unreachable" });
    expect(await house.secrets.owners()).toHaveLength(1);
  });

  test("an agent that its holder may not see is a missing right and no dead token", async () => {
    const house = await openHouse();
    await link(house);
    expect(await (await own(house))?.missing("no-such-agent", ["View Agents"])).toEqual(["View Agents"]);
    expect(await typesOf(house)).toEqual(["token.linked"]);
  });

  test("somebody who is another user now has no use of it", async () => {
    const house = await openHouse();
    await link(house);
    await expect(house.tokens.of(house.server, "U0ALICE", { id: "u-bob", name: "bob" })).rejects.toThrow(
      "it was alice's, and you are bob there now",
    );
    expect(await house.secrets.owners()).toEqual([]);
  });

  test("an old one is nothing to pause for where it was replaced meanwhile: that is asked again", async () => {
    const house = await openHouse();
    await link(house);
    await house.running("prod-1", "U0ALICE", "alice");
    // The side that watches the server has connections of its own.
    const watching = createTokens({ ...house.ports, secrets: house.secrets });
    const old = await watching.of(house.server, "U0ALICE", { id: "u-alice", name: "alice" });
    await house.clock.advance(1_000);
    change(house.directory, "alice", { token: "alices-next-token-4" });
    await link(house, "U0ALICE", "alices-next-token-4");
    const [id = ""] = house.deploy.fleet.agents.keys();
    await expect(old?.missing(id, ["View Agents"])).rejects.toMatchObject({
      name: "ServerError",
      fault: "unreachable",
      trouble: { reason: CLOSED },
    });
    expect([await typesOf(house), house.status("prod-1")]).toEqual([["token.linked", "token.linked"], "running"]);
    const next = await watching.of(house.server, "U0ALICE", { id: "u-alice", name: "alice" });
    expect(await next?.missing(id, ["View Agents"])).toEqual([]);
    await watching.close();
  });

  test("can be replaced by a new one at any time", async () => {
    const house = await openHouse();
    await link(house);
    change(house.directory, "alice", { token: "alices-next-token-4" });
    await expect(house.tokens.check(house.server, "U0ALICE")).rejects.toThrow("no longer works");
    await link(house, "U0ALICE", "alices-next-token-4");
    expect(await (await own(house))?.missing([...house.deploy.fleet.agents.keys()][0] ?? "", ["View Agents"])).toEqual(
      [],
    );
  });
});

describe("a token is destroyed", () => {
  test("when its holder unlinks it: what it carried pauses in the same moment", async () => {
    const house = await openHouse();
    await link(house);
    await house.running("prod-1", "U0ALICE", "alice");
    expect((await house.tokens.unlink("prod", { person: "U0ALICE" }))?.map(({ id }) => id)).toEqual(["prod-1"]);
    expect(house.projections.rollouts.get("prod-1")?.pause).toMatchObject({ kind: "rights" });
    expect(await house.secrets.owners()).toEqual([]);
    expect(await house.tokens.unlink("prod", { person: "U0ALICE" })).toBeUndefined();
    expect(await typesOf(house)).toEqual(["token.linked", "token.unlinked"]);
  });

  test.each(["deleted", "guest", "stranger"] as const)("when its holder is %s in Slack", async (kind) => {
    const house = await openHouse();
    await link(house);
    await house.running("prod-1", "U0ALICE", "alice");
    house.kinds.set("U0ALICE", kind);
    await house.tokens.sweep();
    expect(await house.secrets.owners()).toEqual([]);
    expect(house.status("prod-1")).toBe("paused");
  });

  test("but not while Slack does not answer, and nobody asks all the time", async () => {
    const house = await openHouse();
    await link(house);
    house.kinds.set("U0ALICE", "no answer");
    await house.tokens.sweep();
    house.kinds.set("U0ALICE", "deleted");
    await house.tokens.sweep();
    expect(await house.secrets.owners()).toHaveLength(1);
    await house.clock.advance(10 * 60_000);
    await house.tokens.sweep();
    expect(await house.secrets.owners()).toHaveLength(0);
  });

  test("when own tokens are switched off, which pauses what they carried", async () => {
    const house = await openHouse();
    await link(house);
    await house.running("prod-1", "U0ALICE", "alice");
    const off = createTokens({ ...house.ports, secrets: undefined });
    await off.settle();
    expect(house.status("prod-1")).toBe("paused");
    expect(await typesOf(house)).toEqual(["token.linked", "token.unlinked"]);
  });

  test.each([
    ["full", false],
    ["unconfirmed", true],
  ] as const)("when the ledger could not record it, unless it may have done so (%s)", async (reason, isKept) => {
    let isBroken = false;
    const ledger = openMemoryLedger();
    const turn: Ledger["turn"] = async (...given) => {
      if (isBroken) throw new LedgerUnwritable(reason);
      return ledger.turn(...given);
    };
    const house = await openHouse({ ledger: { ...ledger, turn } });
    const stored = async () => (await house.secrets.get({ person: "U0ALICE", server: "prod" }))?.reveal();
    await house.identities.on(house.server, "U0ALICE");
    isBroken = true;
    await expect(link(house)).rejects.toThrow(LedgerUnwritable);
    expect(await stored()).toBe(isKept ? TOKENS.alice : undefined);
    isBroken = false;
    await link(house);
    change(house.directory, "alice", { token: "alices-next-token-4" });
    isBroken = true;
    await expect(link(house, "U0ALICE", "alices-next-token-4")).rejects.toThrow(LedgerUnwritable);
    expect(await stored()).toBe(isKept ? "alices-next-token-4" : TOKENS.alice);
  });

  test.each(["the first link", "a second link", "unlink"])(
    "but not the one that another replica linked while this one stood still in %s",
    async (what) => {
      const isLink = what !== "unlink";
      let meanwhile = () => Promise.resolve();
      const ledger = openMemoryLedger();
      const turn: Ledger["turn"] = async (...given) => {
        const events = isLink ? undefined : await ledger.turn(...given);
        await meanwhile();
        return events ?? ledger.turn(...given);
      };
      const house = await openHouse({ ledger: { ...ledger, turn } });
      await house.identities.on(house.server, "U0ALICE");
      if (what !== "the first link") await link(house);
      meanwhile = async () => {
        meanwhile = () => Promise.resolve();
        await house.secrets.put({ person: "U0ALICE", server: "prod" }, new Secret("linked-elsewhere"));
        if (isLink) throw new DutyLost("slack");
      };
      if (isLink) await expect(link(house)).rejects.toThrow(DutyLost);
      else await house.tokens.unlink("prod", { person: "U0ALICE" });
      expect((await house.secrets.get({ person: "U0ALICE", server: "prod" }))?.reveal()).toBe("linked-elsewhere");
    },
  );

  test("when the ledger does not vouch for it", async () => {
    const house = await openHouse();
    await link(house);
    await house.secrets.put({ person: "U0BOB", server: "prod" }, new Secret("left-over"));
    await house.tokens.settle();
    expect(await house.secrets.owners()).toEqual([{ person: "U0ALICE", server: "prod" }]);
  });

  test("one that is gone from the store is of no use, and is not replaced by another account", async () => {
    const house = await openHouse();
    await link(house);
    await (await house.secrets.toDestroy({ person: "U0ALICE", server: "prod" }))();
    await expect(own(house)).rejects.toThrow("Drydock has no stored token");
  });
});
