import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { textOf } from "../../src/core/view.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import type { World } from "../simulation/run.ts";
import {
  eventsOf,
  GOLDEN_LEDGER,
  openGoldenLedger,
  pass,
  readState,
  STRICTER,
  type Story,
  setRelay,
  worldOn,
} from "./ledger-world.ts";

const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "golden-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Opened {
  readonly world: World;
  /** What the recording wrote. */
  readonly recorded: readonly StoredEvent[];
  /** What was written since. */
  written(): Promise<readonly StoredEvent[]>;
}

/** The Drydock of today over a copy of the ledger, in the world that the recording left. */
async function openGolden(name: string): Promise<Opened> {
  const state = readState();
  const file = join(folder, `${name}.db`);
  copyFileSync(GOLDEN_LEDGER, file);
  const ledger = openGoldenLedger(file);
  const recorded = await eventsOf(ledger);
  const world = await worldOn(ledger, {
    begin: state.at,
    agents: state.agents,
    policy: STRICTER,
    prepare({ server, slack, gone }) {
      server.version = state.version;
      for (const [id, { up, version }] of state.relays) setRelay(server, id, up, version);
      for (const person of state.gone) gone.add(person);
      for (const { stream, type, data } of recorded)
        if (type === "message.posted")
          slack.restore({ key: `${stream.replace("rollout.", "")}/${data.key}`, posted: data });
    },
  });
  return { world, recorded, written: () => eventsOf(ledger, recorded.length) };
}

/** The id of the rollout that was recorded for this. */
function rolloutOf(story: Story): string {
  const [id] = Object.entries(readState().rollouts).find(([, recordedFor]) => recordedFor === story) ?? [];
  if (id === undefined) throw new Error(`No rollout was recorded for "${story}".`);
  return id;
}

const isAbout = (rollout: string) => (event: StoredEvent) =>
  event.stream === `rollout.${rollout}` ||
  event.stream.startsWith(`upgrade.${rollout}.`) ||
  (event.type === "agents.released" && event.data.rollout === rollout);

/** Each rollout that is under way is told once that Drydock is back, and a version with more rules records them. */
function isExpected({ type, data }: StoredEvent): boolean {
  if (type === "policy.set" || type === "server.watched-again") return true;
  return (type === "message.posting" || type === "message.posted") && data.key.startsWith("back-");
}

const lineOf = ({ at, stream, type, data }: StoredEvent) => `${at} ${stream} ${type} ${JSON.stringify(data)}`;

const typesOf = (events: readonly StoredEvent[], rollout: string) =>
  events
    .filter(({ stream, type }) => stream === `rollout.${rollout}` && !type.startsWith("message."))
    .map(({ type }) => type);

/** Presses the button of a command on a message, whatever its label says. */
async function press(world: World, key: string, command: string, person: string): Promise<void> {
  const buttons = world.slack.view(key).parts.flatMap((part) => (part.kind === "buttons" ? part.buttons : []));
  const button = buttons.find((candidate) => candidate.command === command);
  if (!button) throw new Error(`${key} has no button for "${command}", only: ${buttons.map((other) => other.command)}`);
  const { args } = button;
  await world.drydock().answer.call({ via: "button", person, channel: "C0", command, args }, () => false);
}

const PAUSES = ["version", "rights", "person", "breaker", "canary", "relay", "coverage", "policy"] as const;

test("the ledger holds a rollout with a pause of each kind", async () => {
  const { recorded } = await openGolden("pauses");
  const turns = ["rollout.started", "rollout.paused", "rollout.continued", "rollout.stopped", "rollout.ended"];
  for (const kind of PAUSES) {
    const stream = `rollout.${rolloutOf(`${kind} pause`)}`;
    const last = recorded.findLast((event) => event.stream === stream && turns.includes(event.type));
    expect(last).toMatchObject({ type: "rollout.paused", data: { kind } });
  }
});

test("opening it asks nothing again, pauses and resumes nothing, and only the running rollout goes on", async () => {
  const { world, written } = await openGolden("opening");
  await pass(world, 5 * MINUTE);
  const running = rolloutOf("running");
  const events = await written();
  const others = events.filter((event) => !isAbout(running)(event) && !isExpected(event));
  expect(others.map(lineOf), "events that opening the ledger alone wrote").toEqual([]);
  expect(typesOf(events, running)).toEqual(["rollout.ended"]);
  const keys = world.slack.messages.map(({ key }) => key);
  expect(
    keys.filter((key, i) => keys.indexOf(key) !== i),
    "messages that were posted twice",
  ).toEqual([]);
  expect({ errors: world.errors, violations: world.violations }).toEqual({ errors: [], violations: [] });
});

test("what an older version wrote of a pause is shown in its own words", async () => {
  const file = join(folder, "own-words.db");
  copyFileSync(GOLDEN_LEDGER, file);
  const db = openDatabase(file, { readonly: true });
  const rows = db.prepare<[], { stream: string; json: string }>("SELECT stream, json FROM event").all();
  db.close();
  const { world } = await openGolden("words");
  await pass(world, MINUTE);
  for (const kind of PAUSES) {
    const id = rolloutOf(`${kind} pause`);
    const written = rows
      .filter(({ stream }) => stream === `rollout.${id}`)
      .map(({ json }) => JSON.parse(json) as { readonly data: { readonly sentence?: string } })
      .findLast(({ data }) => data.sentence !== undefined);
    const shown = kind === "person" ? `U0CAROL paused ${id}.` : `${id} paused itself: ${written?.data.sentence}`;
    expect(textOf(world.slack.view(`${id}/card`))).toContain(shown);
  }
});

test("what an older version found is shown on the card of its request as it was written", async () => {
  const { world } = await openGolden("findings");
  await pass(world, MINUTE);
  expect(textOf(world.slack.view(`${rolloutOf("one of two approvals")}/card`))).toContain(
    "▲ warn: 6 relays are not among those that are visible to Drydock's account, with 6 agents behind: whether they are up, and lag, is not known.",
  );
});

test("the zombie and the upgrade in flight hold the two slots as before, and neither agent is asked again", async () => {
  const { world, written } = await openGolden("slots");
  await pass(world, 5 * MINUTE);
  const upgrades = (await written()).filter(({ type }) => type === "upgrade.intended" || type === "upgrade.outcome");
  const inFlight = upgrades.map(({ stream, type }) => `${stream.split(".")[2]} ${type.split(".")[1]}`);
  expect(inFlight).toEqual([
    "running-1 outcome",
    "running-2 intended",
    "running-2 outcome",
    "running-3 intended",
    "running-3 outcome",
  ]);
  expect([...world.puts]).toEqual([
    ["running-2", 1],
    ["running-3", 1],
  ]);
});

test("the second approval starts the request that has one", async () => {
  const { world, written } = await openGolden("approval");
  const request = rolloutOf("one of two approvals");
  await pass(world, MINUTE);
  await press(world, `${request}/card`, "approve", "U0DAVE");
  await pass(world, MINUTE);
  expect(typesOf(await written(), request)).toEqual(["rollout.approved", "rollout.started"]);
});

test("the scheduled rollout starts at its time, once", async () => {
  const { world, recorded, written } = await openGolden("schedule");
  const id = rolloutOf("scheduled start");
  const at = recorded.flatMap((event) => (event.type === "rollout.scheduled" ? [event.data.at] : []))[0] ?? 0;
  await pass(world, at - world.clock.now() + MINUTE);
  const started = (await written()).filter(
    ({ stream, type }) => stream === `rollout.${id}` && type === "rollout.started",
  );
  expect(started).toHaveLength(1);
  expect(started[0]?.at).toBeGreaterThanOrEqual(at);
});

test("the relay in its turn comes back, and the next one gets its turn", async () => {
  const { world, written } = await openGolden("relay");
  const id = rolloutOf("relay in its turn");
  await pass(world, MINUTE);
  setRelay(world.server, "relay-c", true, world.server.version);
  await pass(world, 5 * MINUTE);
  expect(typesOf(await written(), id)).toEqual([
    "relay.observed",
    "relay.ended",
    "relay.turn",
    "relay.asked",
    "relay.observed",
  ]);
});

test("the open review is closed with a note", async () => {
  const { world, written } = await openGolden("review");
  const id = rolloutOf("open review");
  await world.submit("review", [id], { note: ["looked at it"] }, "U0CAROL");
  expect(typesOf(await written(), id)).toEqual(["review.closed"]);
});

test.each([
  ["version", "U0ALICE"],
  ["rights", "U0PEGGY"],
  ["person", "U0CAROL"],
  ["breaker", "U0DAVE"],
  ["canary", "U0ERIN"],
  ["relay", "U0FRANK"],
] as const)("the rollout with a pause of the kind %s can be resumed", async (kind, person) => {
  const { world, written } = await openGolden(`resume-${kind}`);
  const id = rolloutOf(`${kind} pause`);
  await pass(world, MINUTE);
  await world.say(`resume ${id}`, person);
  expect(typesOf(await written(), id)).toEqual(["rollout.continued"]);
});
