import { afterEach, expect, test } from "vitest";
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
