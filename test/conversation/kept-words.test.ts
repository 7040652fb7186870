import { expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import { createKeptWords } from "../../src/conversation/kept-words.ts";
import { secretsIn } from "../../src/conversation/typed-secrets.ts";
import { textOf } from "../../src/core/view.ts";
import { createWorld, startRollout } from "../simulation/run.ts";

/** As a server makes them, and as people write them: in upper case, too. */
const TOKEN = "20_BZ4tX9q7Lw2RkV8mCy1uHs6pJd3fNa0eGx5o";
const words = createKeptWords({ commands, servers: ["prod", "Test"], secretsIn });
const said = (text: string) => words.said({ person: "U0ALICE", channel: "C0", via: "slash", text });

test.each([
  ["link prod", "link prod"],
  [`link prod ${TOKEN}`, "link prod [39 characters]"],
  [`link ${TOKEN}`, "link [39 characters]"],
  ["status TEST", "status TEST"],
  ["status prdo", "status [4 characters]"],
  ["pause prod-12", "pause prod-12"],
  ["stop all", "stop all"],
  ["stop prod-x", "stop [6 characters]"],
  ["help pause", "help pause"],
  ["freeze prod storage is moved --until 4h", "freeze prod storage is moved --until 4h"],
  ["upgrade web-1, web-2 --limit 5", "upgrade web-1, web-2 --limit 5"],
  [`upgrade web-1 --limit ${TOKEN}`, "upgrade web-1 --limit [39 characters]"],
  [
    'upgrade-required --name "web *" --reason "patch night" --at sat 22:00',
    'upgrade-required --name "web *" --reason "patch night" --at sat 22:00',
  ],
  [`upgrade-required --at ${TOKEN}`, "upgrade-required --at [39 characters]"],
  [`upgrade-required --server ${TOKEN}`, "upgrade-required --server [39 characters]"],
  [`status --token=${TOKEN}`, "status [5 characters] [39 characters]"],
  [`${TOKEN}`, "[39 characters]"],
  ["", ""],
  [`freeze prod needs ${TOKEN} now`, "freeze prod needs [39 characters] now"],
  [`upgrade ${TOKEN}, web-1`, "upgrade [40 characters] web-1"],
  ['upgrade-required --reason "xoxb-12345678 leaked"', "upgrade-required --reason [20 characters]"],
  ["freeze prod use Bearer abcdef123456", "freeze prod use Bearer [12 characters]"],
])("of %j the ledger keeps %j", (typed, kept) => {
  expect(said(typed)).toBe(kept);
});

/** What src/conversation/kept-words.ts knows: of an argument with another hint only the length would be kept. */
const HINTS = ["SERVER", "ID", "ID|all", "ROLLOUT", "COMMAND", "@PERSON", "NAME", "REASON"];

test("of every command that people type, it is known which arguments may be kept", () => {
  const hints = commands.flatMap(({ group, args }) =>
    group !== undefined && "positional" in args ? (args.positional?.hint.split(" ") ?? []) : [],
  );
  expect([...new Set(hints)].filter((hint) => !HINTS.includes(hint))).toEqual([]);
});

test("what a button says is kept as it is", () => {
  const call = { person: "U0ALICE", channel: "C0", via: "button", command: "start", args: ["p 1", "--x"] } as const;
  expect(words.said(call)).toBe("start p 1 --x");
});

test("a token that is typed in the wrong place is nowhere in the ledger, whatever the answer repeats", async () => {
  const world = await createWorld(1, { calm: true, agents: 1 });
  for (const token of [TOKEN, TOKEN.toUpperCase(), "a.b$c/d+e".repeat(8)])
    for (const text of [
      `link prod ${token}`,
      `link ${token}`,
      token,
      `${token} prod`,
      `whoami ${token}`,
      `blocked ${token}`,
      `pause ${token}`,
      `link prod --token=${token}`,
      `link prod --token ${token}`,
      `link prod --${token}`,
      `link "prod ${token}`,
      `unlink "${token}"`,
      `help ${token}`,
      `upgrade-required --limit ${token}`,
      `upgrade-required --at ${token}`,
      `link prod ${token} ${"x".repeat(3_000)}`,
    ])
      await world.say(text);
  await world.step(120_000);
  const kept = JSON.stringify(await world.ledger.since(0, 100_000)).toLowerCase();
  expect(kept).toContain("link prod [39 characters]");
  for (const token of [TOKEN, "a.b$c/d+e".repeat(8)]) expect(kept).not.toContain(token.toLowerCase().slice(0, 20));
});

test("a secret in a reason, a name or a form is refused: nothing is done with it, and only its length is kept", async () => {
  const world = await createWorld(1, { calm: true, agents: 2, policy: { approvals: 1 } });
  const freeze = textOf(await world.say(`freeze prod because of ${TOKEN}`));
  expect(freeze).toContain("A word of 39 characters looks like a password or token. Drydock did nothing");
  expect(freeze).toContain("/agents freeze prod");
  await world.say(`upgrade ${TOKEN}`);
  await world.say(`upgrade-required --name "${TOKEN}" --reason "Bearer abcdef123456"`);
  expect(textOf(await world.say("status"))).not.toContain("frozen");
  const values = { name: ["a0"], reason: [`because ${TOKEN}`] };
  const shown = await world.submit("adjust", ["p1"], values);
  expect(shown).toEqual({ errors: { reason: expect.stringContaining("39 characters") } });
  const kept = JSON.stringify(await world.ledger.since(0, 100_000));
  expect(kept).toContain("because [39 characters]");
  for (const secret of [TOKEN, "abcdef123456"]) expect(kept).not.toContain(secret);
});

test("a pause or stop is done whatever else is typed", async () => {
  const world = await createWorld(1, { calm: true, agents: 2 });
  await startRollout(world);
  await world.step(5_000);
  expect(textOf(await world.say(`pause prod-1 ${TOKEN}`))).not.toContain("looks like a password");
  expect(JSON.stringify(await world.ledger.since(0, 100_000))).not.toContain(TOKEN);
});
