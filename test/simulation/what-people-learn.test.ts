import { beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import { readTypedText } from "../../src/adapters/slack/typed-text.ts";
import type { Call } from "../../src/core/call.ts";
import { textOf } from "../../src/core/view.ts";
import { createWorld, type World } from "./run.ts";
import { OLD, type SimAgent } from "./server.ts";

const SECOND = 1_000;
/** Dave may view the agents of one team; no server knows this one. */
const [DAVE, NOBODY] = ["U0DAVE", "U0NOBODY"];
const team = (teamId: string, teamName: string) => ({ teamId, teamName, roleId: undefined });
const HIDDEN = team("t-hidden", "Hidden-Team");
const OPEN = team("t-open", "Open");
/** What Dave must not read, and what the other one must not: names, tags, teams, rules, reasons, causes, owners, rollouts. */
const SECRET = /hidden-|mallory/i;
const EVERYTHING = /hidden-|open-|mallory|U0ALICE|the rack|refused|prod-\d(?!\d)/i;

let world: World;

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5 * SECOND) await world.step(5 * SECOND);
}

async function begin(command: string, id: string): Promise<void> {
  await world.press(await world.say(command), "Request approval");
  await pass(10 * SECOND);
  await world.press(world.slack.view(`${id}/card`), "Approve", "U0BOB");
  await pass(20 * SECOND);
}

/**
 * prod-1 has ended with a failure; prod-2 has agents of both teams, one of which has failed, and is paused; prod-3 is scheduled;
 * prod-4 was an emergency; prod-5 asks for approval. Only prod-2 has an agent that Dave may view.
 */
beforeAll(async () => {
  const agent = (id: string, fault: SimAgent["fault"] = "none"): SimAgent => ({
    id,
    relayId: "r1",
    fault,
    version: OLD,
    life: undefined,
  });
  world = await createWorld(1, {
    calm: true,
    agents: [agent("a1", "refused"), agent("a2", "refused"), agent("a3"), agent("a4"), agent("a5"), agent("a6")],
    policy: {
      slots: 2,
      approvals: 1,
      approvers: { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] },
      emergency: true,
      never: [{ glob: "hidden-9", reason: "mallory's" }],
    },
    operationsChannel: "C0OPS",
  });
  for (const [i, id] of ["a1", "a2", "a3", "a4", "a5"].entries())
    world.server.made.set(id, { name: `hidden-${i + 1}`, teams: [HIDDEN], tags: ["hidden-tag"] });
  world.server.made.set("a6", { name: "open-1", teams: [OPEN], tags: ["open"] });
  world.server.onTeam.set("dave", OPEN.teamId);
  await begin("upgrade hidden-1 --reason mallory", "prod-1");
  await pass(60 * SECOND);
  await begin("upgrade hidden-2 open-1", "prod-2");
  await world.say("pause prod-2");
  await begin("upgrade hidden-3 --at 5h", "prod-3");
  await world.press(await world.say("upgrade hidden-4 --emergency mallory"), "Start");
  await world.press(await world.say("upgrade hidden-5"), "Request approval");
  await world.say('freeze prod "moving the rack"');
  await pass(10 * SECOND);
}, 60_000);

const IDS = ["prod-1", "prod-2", "prod-3", "prod-4", "prod-5", "prod-9"];
/** Whatever is said with a rollout, with an agent, with the server, and with nothing. */
const ARGUMENTS: readonly (readonly string[])[] = [
  [],
  ["prod"],
  ["all"],
  ["hidden-1"],
  ["hidden-8"],
  ["--server", "prod"],
  ["--agent", "hidden-1"],
  ["--agent", "hidden-8"],
  ["--agent", "hidden-1", "--test"],
  ["--agent", "hidden-8", "--test"],
  ["--lagging"],
  ...IDS.flatMap((id) => [
    [id],
    [id, "1"],
    [id, "<@U0BOB>"],
    [id, "--cause", "refused"],
    [id, "--cause", "nothing"],
    [id, "--at", "6h"],
    [id, "refused"],
    [id, "nothing"],
  ]),
];
/** It shows what the person has typed; and their own words are no secret. */
const echoed = (text: string, typed: readonly string[]) =>
  text
    .split(/([\w-]+)/)
    .filter((word) => !typed.includes(word) && word !== "U0BOB")
    .join("");

const kept = new Map<string, Promise<readonly (readonly [string, string])[]>>();

/** What a person is answered with each of the arguments. Each is asked once. */
function answers(person: string, name: string): Promise<readonly (readonly [string, string])[]> {
  const key = `${person} ${name}`;
  const asked = kept.get(key) ?? ask(person, name);
  kept.set(key, asked);
  return asked;
}

async function ask(person: string, name: string): Promise<readonly (readonly [string, string])[]> {
  const said: (readonly [string, string])[] = [];
  for (const args of ARGUMENTS) {
    const place = { person, channel: "C0" };
    const typed = readTypedText([name, ...args].join(" "));
    const isTyped = Object.keys(typed.people).length > 0;
    const call: Call = isTyped
      ? { ...place, via: "slash", ...typed }
      : { ...place, via: "button", command: name, args };
    const shown: string[] = [];
    const keep = (view: Parameters<typeof textOf>[0]) => shown.push(textOf(view)) > 0;
    shown.push(textOf(await world.drydock().answer.call(call, keep)));
    said.push([args.join(" "), echoed(shown.join("\n"), args)]);
    // At most 20 commands a minute.
    world.clock.sleep(4 * SECOND, "goes-on");
  }
  return said;
}

describe.each(commands.map(({ name }) => name))("%s", (name) => {
  test("tells whoever may view one team nothing of the others", async () => {
    for (const [args, text] of await answers(DAVE, name)) expect(text, `${name} ${args}`).not.toMatch(SECRET);
  });

  test("tells somebody whom no server knows nothing at all", async () => {
    for (const [args, text] of await answers(NOBODY, name)) expect(text, `${name} ${args}`).not.toMatch(EVERYTHING);
  });
});

/** They act on a card that whoever presses has before them, and answer with what became of the press. */
const OF_CARDS = ["approve", "deny", "accept", "decline"];

test("what is hidden and what is missing get the same answer, in the same words", async () => {
  for (const person of [DAVE, NOBODY])
    for (const { name } of commands.filter((command) => !OF_CARDS.includes(command.name))) {
      const said = new Map(await answers(person, name));
      const hidden = ["prod-1", "prod-3", "prod-4", "prod-5", "hidden-1"];
      for (const [args, text] of said) {
        const id = hidden.find((one) => args.split(" ").includes(one));
        if (!id) continue;
        const missing = args.replace(id, id === "hidden-1" ? "hidden-8" : "prod-9");
        expect(text, `${person}: ${name} ${args}`).toBe(said.get(missing));
      }
    }
});

test("on its card a rollout is before whoever presses: its agents and causes are not", async () => {
  const { posted } = world.slack.messages.find(({ key }) => key === "prod-1/card") ?? {};
  const on = { channel: posted?.channel ?? "", thread: posted?.ts ?? "", via: "button", args: ["prod-1"] } as const;
  for (const command of ["pause", "retry", "agents", "review", "again", "status"]) {
    const told = async (person: string) =>
      textOf(await world.drydock().answer.call({ person, command, ...on }, () => true));
    expect(await told(DAVE), command).not.toMatch(SECRET);
    expect((await told(NOBODY)).replaceAll("prod-1", ""), command).not.toMatch(EVERYTHING);
    world.clock.sleep(10 * SECOND, "goes-on");
  }
});

test("of a rollout that somebody may view, only the causes and agents that they may view are told", async () => {
  const pressed = { person: DAVE, channel: "C0", via: "button", command: "test-connection" } as const;
  const answers = [
    await world.drydock().answer.call({ ...pressed, args: ["prod-2", "refused"] }, () => true),
    await world.say("retry prod-2", DAVE),
    await world.say("retry prod-2 --cause refused", DAVE),
  ];
  for (const answer of answers) expect(textOf(answer)).toMatch(/No agent of prod-2 that you may view has failed/);
  expect(textOf(await world.say("rollouts", DAVE))).toMatch(/prod-2(?!.*prod-\d)/s);
  expect(textOf(await world.say("status", DAVE))).toContain("the rack");
  expect(textOf(await world.say("rollouts"))).toMatch(/prod-5.*prod-1/s);
});
