import { afterEach, expect, test } from "vitest";
import { change, openHouse, stopAll, takeOff } from "../support/own-tokens.ts";

afterEach(stopAll);

type House = Awaited<ReturnType<typeof openHouse>>;

/** What the server was asked about people so far. */
function asked({ deploy }: House) {
  const of = (part: string) => [...deploy.requests].filter(([call]) => call.includes(part));
  const count = (part: string) => of(part).reduce((sum, [, times]) => sum + times, 0);
  return { found: count("/cli/user/byEmail"), accounts: count("/cli/user/info"), rights: count("/roleMappings/") };
}

/** Whether Carol may view an agent, asked as people ask who only look. */
async function views({ authorize, server }: House) {
  const [agent] = await server.fleet.agents();
  return (await authorize.onAgents(server, "U0CAROL", "look")).views(agent?.id ?? "");
}

test("looks of one person at the same moment read once who they are and what they may see", async () => {
  const house = await openHouse();
  const known = house.identities.on(house.server, "U0CAROL", { fresh: "look" });
  expect(await Promise.all([views(house), views(house), views(house)])).toEqual([true, true, true]);
  expect((await known).user.name).toBe("carol");
  expect(asked(house)).toEqual({ found: 1, accounts: 1, rights: 1 });
});

test("a look reads nothing that was read before it began", async () => {
  const house = await openHouse();
  expect(await views(house)).toBe(true);
  takeOff(house.directory, "u-carol");
  expect(await views(house)).toBe(false);
  change(house.directory, "carol", { isLockedOut: true });
  await expect(views(house)).rejects.toMatchObject({ code: "account-inactive" });
});

test("what people do is read for each of them, also at the same moment", async () => {
  const house = await openHouse();
  const { authorize, server } = house;
  const press = async () => (await authorize.onAgents(server, "U0CAROL", "press")).grants();
  await Promise.all([press(), press(), views(house)]);
  expect(asked(house)).toEqual({ found: 3, accounts: 3, rights: 3 });
});

test("a look of somebody else at a person does not record their account", async () => {
  const house = await openHouse();
  const { identities, server, projections } = house;
  const others = identities.on(server, "U0CAROL", { fresh: "look", byOthers: true });
  const own = identities.on(server, "U0CAROL", { fresh: "look" });
  await others;
  await own;
  expect(projections.pin("U0CAROL", "prod")?.user.name).toBe("carol");
});
