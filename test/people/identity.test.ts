import { afterEach, describe, expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { Person } from "../../src/core/ports.ts";
import { ServerError, type ServerUser } from "../../src/model/deploy-server.ts";
import type { ServerFault } from "../../src/model/server/server-fault.ts";
import { createIdentities } from "../../src/people/identity.ts";
import { openProjections } from "../../src/projections/projections.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";
import { change, openHouse, stopAll } from "../support/own-tokens.ts";

afterEach(stopAll);

/** Carol is known by her e-mail address alone. */
async function carol(found: readonly string[], emails: Readonly<Record<string, string | undefined>> = {}) {
  const house = await openHouse();
  for (const [name, email] of Object.entries(emails)) change(house.directory, name, { email: email as string });
  house.server.urbancode.usersByEmail = async () => found.map((name) => ({ id: `u-${name}`, name }));
  return house.identities.on(house.server, "U0CAROL").then(
    ({ user }) => user.name,
    (error: { code?: string }) => error.code,
  );
}

test.each<readonly [string, readonly string[], Readonly<Record<string, string | undefined>>, string]>([
  ["has it", ["carol"], {}, "carol"],
  ["has it in other letters", ["carol"], { carol: "Carol@Drydock.Test" }, "carol"],
  ["has a longer one", ["carol"], { carol: "carol@drydock.test.example.com" }, "email-not-found"],
  ["has none", ["carol"], { carol: undefined }, "email-not-found"],
  ["is somebody else", ["admin"], {}, "email-not-found"],
  ["has it, and another one that was found has not", ["carol", "admin"], {}, "carol"],
  ["has it, and more were found than are looked at", ["carol", ...Array(10).fill("admin")], {}, "email-ambiguous"],
  ["shares it with another one", ["carol", "dave"], { dave: "carol@drydock.test" }, "email-ambiguous"],
])("of the accounts that the server finds by an address, one that %s", async (_what, found, emails, outcome) => {
  expect(await carol(found, emails)).toBe(outcome);
});

test("accounts that are found at the same moment are recorded before the answers, in one transaction", async () => {
  const house = await openHouse();
  const { identities, server, projections } = house;
  const news: number[] = [];
  projections.onChange((events) => news.push(events.length));
  server.urbancode.usersByEmail = async (email) => [{ id: `u-${email.split("@")[0]}`, name: "" }];
  server.urbancode.user = async (id) => {
    const name = id.replace("u-", "");
    return { id, name, email: `${name}@drydock.test`, active: true, groups: [] };
  };
  const all = ["CAROL", "DAVE", "ADMIN"].map(async (name) => {
    await identities.on(server, `U0${name}`);
    return projections.pin(`U0${name}`, "prod")?.user.id;
  });
  expect(await Promise.all(all)).toEqual(["u-carol", "u-dave", "u-admin"]);
  expect(news).toEqual([3]);
});

test("of two accounts that are found for a person at the same moment, the second is not taken", async () => {
  const { identities, server } = await openHouse();
  const found = ["u-1", "u-2"];
  server.urbancode.usersByEmail = async () => [{ id: found.shift() ?? "", name: "carol" }];
  server.urbancode.user = async (id) => ({ id, name: "carol", email: "carol@drydock.test", active: true, groups: [] });
  const both = await Promise.allSettled([identities.on(server, "U0CAROL"), identities.on(server, "U0CAROL")]);
  expect(both).toMatchObject([
    { status: "fulfilled", value: { user: { id: "u-1" } } },
    { status: "rejected", reason: { code: "account-changed" } },
  ]);
});

describe("an account", () => {
  const accounts: Record<string, Partial<ServerUser>> = { ann: {}, eve: {}, old: { active: false } };
  const failures: Record<string, ServerFault> = { secret: "denied", broken: "unreadable", slow: "failing" };

  async function open() {
    const projections = await openProjections(openMemoryLedger(), { clock: manualClock(), random: systemRandom });
    const ids = new Map<string, string>();
    const urbancode = {
      async user(name: string) {
        const fault = failures[name] ?? (accounts[name] ? undefined : "not-found");
        if (fault) throw new ServerError(fault, fault);
        const id = ids.get(name) ?? `u-${name}`;
        return { id, name, email: `${name}@drydock.test`, active: true, groups: [], ...accounts[name] };
      },
      usersByEmail: async (address: string) => [{ id: address.split("@")[0], name: "" }],
    };
    const server = { name: "prod", urbancode } as unknown as ManagedServer;
    return {
      projections,
      /** The account with this name is another one from now on. */
      replace: (name: string) => void ids.set(name, `u-${name}-2`),
      /** The code of the refusal, else the account's id. */
      async who(
        email: string | undefined,
        mapped?: { readonly user: string; readonly id?: string },
        kind: Person["kind"] | "unknown" = "member",
        byOthers?: true,
      ): Promise<string | undefined> {
        const person = { id: "U0ANN", teamId: "T", name: "ann", email, kind } as Person;
        const identities = createIdentities({
          people: { person: async () => (kind === "unknown" ? undefined : person) },
          projections,
          settings: {
            emailDomains: ["drydock.test"],
            mapping: new Map(mapped ? [["U0ANN", new Map([["prod", mapped]])]] : []),
            onCall: [],
          },
        });
        const how = { fresh: "now", ...(byOthers ? { byOthers } : {}) } as const;
        return await identities.on(server, "U0ANN", how).then(
          ({ user }) => user.id,
          (error) => error.code ?? error.fault,
        );
      },
    };
  }

  const ADDRESS = "ann@drydock.test";

  test.each<[string, Parameters<Awaited<ReturnType<typeof open>>["who"]>, string]>([
    ["is found by an address of a configured domain", [ADDRESS], "u-ann"],
    ["is none of an address of another domain", ["ann@example.com"], "not-mapped"],
    ["is none of an address that only ends like one", ["ann@notdrydock.test"], "not-mapped"],
    ["is none of a person without an address", [undefined], "not-mapped"],
    ["is the mapped one, whatever the address", ["ann@example.com", { user: "eve" }], "u-eve"],
    ["is the mapped one with its id", [undefined, { user: "ann", id: "u-ann" }], "u-ann"],
    ["is not the mapped one with another id", [undefined, { user: "ann", id: "u-eve" }], "account-mismatch"],
    ["is none that is locked", [undefined, { user: "old" }], "account-inactive"],
    ["is none that the server does not know", [undefined, { user: "nobody" }], "account-not-found"],
    ["is not told where the server denies it", [undefined, { user: "secret" }], "account-unreadable"],
    ["is not told where the answer cannot be read", [undefined, { user: "broken" }], "account-unreadable"],
    ["is not told while the server fails", [undefined, { user: "slow" }], "failing"],
    ["is none of a guest", [ADDRESS, { user: "ann" }, "guest"], "not-a-member"],
    ["is none of whom Slack does not know", [ADDRESS, { user: "ann" }, "unknown"], "unknown-person"],
  ])("%s", async (_what, asked, outcome) => {
    expect(await (await open()).who(...asked)).toBe(outcome);
  });

  test.each<[string, { readonly user: string; readonly id?: string } | undefined, string]>([
    ["under the same name", { user: "ann" }, "account-changed"],
    ["under the same name, with its id in the configuration", { user: "ann", id: "u-ann-2" }, "u-ann-2"],
    ["under another name in the configuration", { user: "eve" }, "u-eve"],
    ["by an address", undefined, "account-changed"],
  ])("that was mapped is another one later, %s", async (_what, mapped, outcome) => {
    const { who, replace, projections } = await open();
    expect(await who(ADDRESS, { user: "ann" })).toBe("u-ann");
    replace("ann");
    expect(await who(ADDRESS, mapped)).toBe(outcome);
    expect(projections.pin("U0ANN", "prod")?.user.id).toBe(outcome.startsWith("u-") ? outcome : "u-ann");
  });

  test("that was found by an address gives way to the mapped one of the same name", async () => {
    const { who, replace } = await open();
    await who(ADDRESS);
    replace("ann");
    expect(await who(ADDRESS)).toBe("account-changed");
    expect(await who(ADDRESS, { user: "ann" })).toBe("u-ann-2");
  });

  test("that somebody else looks for is not recorded, and judged all the same", async () => {
    const { who, replace, projections } = await open();
    expect(await who(ADDRESS, { user: "ann" }, "member", true)).toBe("u-ann");
    expect(projections.pin("U0ANN", "prod")).toBeUndefined();
    await who(ADDRESS, { user: "ann" });
    replace("ann");
    expect(await who(ADDRESS, { user: "ann" }, "member", true)).toBe("account-changed");
  });
});
