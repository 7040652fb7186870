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
