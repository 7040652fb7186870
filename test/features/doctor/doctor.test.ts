import { expect, test } from "vitest";
import { OperatorError, type Person, SlackError } from "../../../src/core/ports.ts";
import { lineText } from "../../../src/core/view.ts";
import type { DoctorPorts } from "../../../src/features/doctor/check.ts";
import { createDoctor, type Doctor } from "../../../src/features/doctor/doctor.ts";
import { doctorView } from "../../../src/features/doctor/doctor-view.ts";
import { aboutText } from "../../../src/features/doctor/finding.ts";
import { createAuthorize } from "../../../src/people/authorize.ts";
import { createIdentities } from "../../../src/people/identity.ts";
import { createFleet } from "../../../src/servers/fleet.ts";
import type { ManagedServer } from "../../../src/servers/managed-server.ts";
import { createSimServer, OLD } from "../../simulation/server.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { policyWith } from "../../support/policy.ts";
import { soundInspection } from "../../support/sound-inspection.ts";

const NEVER = new Promise<never>(() => {});
const MIB = 1024 * 1024;
const clock = manualClock();

function serverOf(name: string, given: Partial<ManagedServer["fleet"]> = {}): ManagedServer {
  const agents = [{ id: "a1", relayId: "r1", fault: "none", version: OLD, life: undefined } as const];
  const sim = createSimServer(agents, { now: clock.now, fraction: () => 0.5, onPut: () => {}, onList: () => {} });
  const urbancode = { ...sim.urbancode, name };
  const fleet = { ...createFleet(urbancode, { clock }), ...given };
  return { name, urbancode, fleet, policy: policyWith({ server: name }) } as unknown as ManagedServer;
}

function open(servers: readonly ManagedServer[], given: Partial<DoctorPorts> = {}): Doctor {
  const settings = { emailDomains: [], mapping: new Map(), onCall: [] };
  const people = { person: async () => undefined };
  const usergroups = { members: async () => new Set<string>() };
  const projections = { pin: () => undefined, change: async () => {} };
  const identities = createIdentities({ people, projections, settings });
  return createDoctor({
    ...soundInspection(),
    servers: new Map(servers.map((server) => [server.name, server])),
    people,
    usergroups,
    identities,
    authorize: createAuthorize({ identities, usergroups, tokens: { of: async () => undefined } }),
    channels: { look: async () => ({ shared: false, guests: false }) },
    clock,
    settings: {
      channels: { channels: [{ id: "C0", shared: false, guests: false }], operationsChannel: undefined },
      people: settings,
      ownTokens: false,
    },
    ...given,
  });
}

/** What is not in order, as `prod: server-silent`, after so many seconds. */
async function faults(doctor: Doctor, seconds = 0): Promise<readonly string[]> {
  const examined = doctor.examine();
  await clock.advance(seconds * 1_000);
  return (await examined)
    .filter(({ level }) => level !== "ok")
    .map(({ level, about, code }) => `${level}, ${aboutText(about)}: ${code}`);
}

test("one server that does not answer holds up no other, and is one problem", async () => {
  const doctor = open([serverOf("lab", { agents: () => NEVER }), serverOf("prod")]);
  expect(await faults(doctor, 16)).toEqual(["problem, lab: server-silent"]);
  const all = await doctor.examine({ servers: [serverOf("prod")], own: false });
  expect(all.length).toBeGreaterThan(5);
});

test("a check that does not end is cut off, and the others are reported", async () => {
  const doctor = open([serverOf("prod", { version: () => NEVER })]);
  expect(await faults(doctor, 21)).toEqual(["problem, prod: check-timeout"]);
});

test("what Drydock could not look at is neither in order nor a fault", async () => {
  const { slack } = soundInspection();
  const botToken = async () => ({ kind: "accepted", missing: undefined }) as const;
  const doctor = open([serverOf("prod")], { slack: { ...slack, botToken } });
  expect(await faults(doctor)).toEqual(["unchecked, Slack: scopes"]);
  const found = await doctor.examine();
  const { summary } = doctorView(found, null);
  expect(summary).toEqual([expect.stringMatching(/^Doctor: 0 problems, 0 warnings, 1 not checked, \d+ ok$/)]);
});

/** A doctor for many approvers, each of whom Slack describes by `read`; what it says of people, in order. */
async function ofPeople(many: number, read: (n: number) => Promise<Person | undefined>, seconds: number) {
  const people = { person: (id: string) => read(Number(id.slice(1))) };
  const listed = Array.from({ length: many }, (_, i) => `U${i + 1}`);
  const approvers = { ...policyWith().approvers, people: listed };
  const server = { ...serverOf("prod"), policy: policyWith({ server: "prod", approvers }) };
  const examined = open([server], { people }).examine();
  for (let i = 0; i < seconds; i += 1) await clock.advance(1_000);
  return (await examined)
    .filter(({ code }) => code === "people" || code === "person-unknown" || code.startsWith("check-"))
    .map(({ level, sentence }) => `${level}: ${lineText(sentence)}`);
}

test("of many people those are told whom there was time to look at", async () => {
  const slow = () => new Promise<undefined>((resolve) => clock.after(2_000, () => resolve(undefined)));
  const found = await ofPeople(60, slow, 21);
  const unknown = found.filter((one) => one.includes("Slack knows no person"));
  expect(unknown.length).toBeGreaterThanOrEqual(30);
  expect(found.slice(unknown.length)).toEqual([
    `unchecked: Drydock looked at ${unknown.length} of the 60 people whom the configuration names for prod.`,
  ]);
});

test("people whom Slack does not describe now, because it was asked too much, are not in the way of the others", async () => {
  const limited = async (n: number) => {
    if (n > 10) throw new SlackError("away", "ratelimited", "Slack limits requests");
    return undefined;
  };
  const found = await ofPeople(12, limited, 1);
  expect(found).toHaveLength(11);
  expect(found).toContain(
    "unchecked: Drydock looked at 10 of the 12 people whom the configuration names for prod. Slack limits requests",
  );
});

test("a channel that Slack describes too slowly hides no other", async () => {
  const channels = { look: () => NEVER };
  const channel = async (id: string) => ({ archived: id === "C1", hasBot: true });
  const { slack } = soundInspection();
  const two = ["C0", "C1"].map((id) => ({ id, shared: false, guests: false }));
  const settings = {
    channels: { channels: two, operationsChannel: undefined },
    people: { emailDomains: [], mapping: new Map(), onCall: [] },
    ownTokens: false,
  };
  const doctor = open([], { channels, slack: { ...slack, channel }, settings });
  expect(await faults(doctor, 21)).toEqual(["unchecked, Slack: channels", "problem, Slack: channel-archived"]);
});

test("a check that Slack does not let Drydock finish is a warning", async () => {
  const channels = {
    look: () => Promise.reject(new SlackError("passing", "internal_error", "Slack has trouble")),
  };
  expect(await faults(open([serverOf("prod")], { channels }))).toEqual(["warning, Slack: check-not-done"]);
});

test.each([
  [10_000 * MIB, []],
  [400 * MIB, ["warning, ledger: disk-space"]],
  [10 * MIB, ["problem, ledger: disk-space"]],
] as const)("with %s bytes free on the ledger's disk", async (free, expected) => {
  const ledger = { ...soundInspection().ledger, freeSpace: async () => free };
  expect(await faults(open([], { ledger }))).toEqual(expected);
});

test.each([
  [-1_500, []],
  [3_000, ["warning, ledger: ledger-clock"]],
  [-12_000, ["problem, ledger: ledger-clock"]],
] as const)("with a clock that is %s ms ahead of the database's", async (ms, expected) => {
  const ledger = { ...soundInspection().ledger, clockDifference: async () => ms };
  expect(await faults(open([], { ledger }))).toEqual(expected);
});

test.each([
  [true, []],
  [false, ["warning, ledger: ledger-standbys"]],
] as const)("with a database that waits for its standbys: %s", async (waits, expected) => {
  const ledger = { ...soundInspection().ledger, waitsForStandbys: async () => waits };
  expect(await faults(open([], { ledger }))).toEqual(expected);
});

test.each([
  [[], []],
  [["host-2 17"], ["warning, ledger: replicas-differ"]],
] as const)("with replicas that run with another configuration: %s", async (others, expected) => {
  const ledger = { ...soundInspection().ledger, otherwiseConfigured: async () => others };
  expect(await faults(open([], { ledger }))).toEqual(expected);
});

test("a ledger that cannot be written is not walked", async () => {
  const ledger = {
    ...soundInspection().ledger,
    checkWritable: () => Promise.reject(new OperatorError("Drydock may not write it. Let it.")),
    walkChain: () => Promise.reject(new Error("it was walked")),
  };
  const [fault] = (await open([], { ledger }).examine()).filter(({ level }) => level === "problem");
  expect(fault).toMatchObject({
    code: "ledger-writable",
    sentence: [{ data: "Drydock may not write it." }],
    remedy: [{ data: "Let it." }],
  });
});

test("a long ledger's chain is walked to its end, however long that takes", async () => {
  const walkChain = async () => {
    await clock.advance(10 * 60_000);
    return 3_000_000;
  };
  const examined = open([], { ledger: { ...soundInspection().ledger, walkChain } }).examine();
  const chain = (await examined).find(({ code }) => code === "ledger-chain");
  expect(chain).toMatchObject({ level: "ok", sentence: ["The ledger's chain is whole: 3,000,000 rows."] });
});

test("a bug of a check is not hidden", async () => {
  const doctor = open([serverOf("prod", { version: () => Promise.reject(new TypeError("a bug")) })]);
  await expect(doctor.examine()).rejects.toThrow("a bug");
});
