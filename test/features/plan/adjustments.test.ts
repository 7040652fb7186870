import fc from "fast-check";
import { expect, test } from "vitest";
import { readValues, toModal, toOptions } from "../../../src/adapters/slack/modal.ts";
import { parseArguments } from "../../../src/conversation/arguments.ts";
import { literal } from "../../../src/core/typed-text.ts";
import { adjustModal } from "../../../src/features/plan/adjust-view.ts";
import {
  adjustments,
  checkForm,
  initialChoices,
  searchPlan,
  typedStart,
} from "../../../src/features/plan/adjustments.ts";
import type { Draft } from "../../../src/features/plan/drafts.ts";
import { BOTH_STATUSES } from "../../../src/features/plan/plan-port.ts";
import { readSelection, SELECTION_FLAGS } from "../../../src/features/plan/read-selection.ts";
import type { ManagedServer } from "../../../src/servers/managed-server.ts";
import { policyWith } from "../../support/policy.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

function read(words: readonly string[]) {
  const args = parseArguments({ flags: SELECTION_FLAGS, example: "" }, words);
  return { said: args.said, selection: readSelection({ name: "prod", slots: 10 }, BOTH_STATUSES, args) };
}

/** A plan that leaves these out, of agents with these names. */
function draftOf(exclude: readonly string[], names: readonly string[] = []): Draft {
  const plan = planOf(names.map((name, i) => plannedAgent(`id-${i}`, { name })));
  // The form looks at the plan and at what made it.
  return { ...read(exclude.map((word) => `--exclude=${literal(word)}`)), result: { plan } } as unknown as Draft;
}

/** What Slack sends back if nobody changes anything: of each choice its value, as far as Slack takes it. */
function untouched(draft: Draft) {
  const { exclude, only } = initialChoices(draft);
  const sent = (choices: typeof exclude) => toOptions(choices).map(({ value }) => value ?? "");
  return { exclude: sent(exclude), only: sent(only) };
}

test("a form that nobody changed changes nothing, however long names and lists are", () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9, -]{0,200}[a-z0-9]$/);
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 150 }), (exclude) => {
      const draft = draftOf(exclude);
      const again = read(adjustments(draft, untouched(draft))).selection;
      expect([...again.exclude].sort()).toEqual([...draft.selection.exclude].sort());
    }),
    { numRuns: 50 },
  );
});

test("a form that has no room for all says how the others are chosen", () => {
  const hints = (excluded: number, agents: number) => {
    const words = Array.from({ length: excluded }, (_, i) => `db-${i}`);
    const draft = draftOf(
      words,
      Array.from({ length: agents }, (_, i) => `web-${i}`),
    );
    const { exclude, only } = initialChoices(draft);
    const { plan } = draft.result;
    const form = { plan, slotLimit: 10, at: "", includesOffline: false, leftOut: exclude, only, args: [] };
    const { blocks } = toModal(adjustModal(form), "C0ONCALL");
    return blocks.flatMap((block) => ("hint" in block && block.hint ? block.hint.text : [])).slice(0, 2);
  };
  const more = "The list shows at most 100 agents. For others, type more of the name or a glob.";
  expect(hints(100, 100).join()).not.toContain("The list");
  expect(hints(103, 101)).toEqual([
    `3 more are chosen and stay so. To change them, type the command again with --exclude. ${more}`,
    more,
  ]);
});

test("an agent that is chosen beside a hundred others is left out too", () => {
  const draft = draftOf(
    Array.from({ length: 103 }, (_, i) => `db-${i}`),
    ["web-1"],
  );
  const options = [...toOptions(initialChoices(draft).exclude), ...toOptions(searchPlan(draft, "web-1"))];
  const field = { "drydock:field:exclude": { selected_options: options.map(({ value = "" }) => ({ value })) } };
  const again = read(adjustments(draft, readValues({ exclude: field }))).selection.exclude;
  expect([...again].sort()).toEqual([...draft.selection.exclude, "web-1"].sort());
});

test("what is found is left out by its name, a glob as the glob", () => {
  const long = `web-${"x".repeat(300)}`;
  const draft = draftOf(["db-1"], ["web-1", long]);
  const [glob, ...agents] = searchPlan(draft, "web-*");
  expect(agents.map(({ label }) => label)).toEqual(["web-1", long]);
  const chosen = (values: readonly (string | undefined)[]) =>
    read(adjustments(draft, { exclude: values.flatMap((value) => value ?? []) })).selection.exclude;
  expect(chosen(toOptions(agents).map(({ value }) => value))).toEqual(["web-1", long]);
  expect(chosen([glob?.value])).toEqual(["web-*"]);
});

const NOW = Date.parse("2026-11-26T12:00:00Z");
const SERVER = { name: "prod", policy: policyWith({ slots: 10 }) } as ManagedServer;

test("the start, hold and offline agents come from the form, whatever the command had", () => {
  const said = ["upgrade-required", "--hold", "--include-offline", "--at=sat 22:00", "--tag=pci"];
  const draft = { ...draftOf([]), said };
  expect(typedStart(draft)).toBe("sat 22:00");
  expect(adjustments(draft, {})).toEqual(["upgrade-required", "--tag=pci"]);
  expect(adjustments(draft, { at: ["22:30"], options: ["hold", "include-offline"] })).toEqual([
    "upgrade-required",
    "--tag=pci",
    "--at=22:30",
    "--hold",
    "--include-offline",
  ]);
});

test("an emergency's reason comes from the form too, and stays the emergency's", () => {
  const draft = { ...draftOf([]), ...read(["--emergency=the fix is blocked"]) };
  const again = adjustments(draft, { reason: ["agents cannot deploy the fix"] });
  expect(read(again).selection).toMatchObject({ emergency: true, reason: "agents cannot deploy the fix" });
  expect(checkForm({ ...draft, server: SERVER }, {}, { zone: "Europe/Berlin", now: NOW })).toHaveProperty("reason");
});

test("a pause after the canaries is refused without canaries, typed or in the form", () => {
  expect(() => read(["--hold", "--canary=0"])).toThrow("--hold waits after the canaries");
  expect(read(["--hold"]).selection.hold).toBe(true);
  const check = (canary: string) =>
    checkForm(
      { ...draftOf([]), server: SERVER },
      { canary: [canary], options: ["hold"] },
      { zone: "Europe/Berlin", now: NOW },
    );
  expect(check("0")).toHaveProperty("canary");
  expect([check(""), check("1")]).toEqual([undefined, undefined]);
});

test("everything that is wrong in the form is said at once, beside its field", () => {
  const check = (values: Readonly<Record<string, readonly string[]>>, emergency = false) => {
    const draft = draftOf([]);
    const given = { ...draft, server: SERVER, selection: { ...draft.selection, emergency } };
    return Object.keys(checkForm(given, values, { zone: "Europe/Berlin", now: NOW }) ?? {}).sort();
  };
  expect(check({ slots: ["11"], canary: ["few"], reason: ["x".repeat(501)], at: ["yesterday"] })).toEqual([
    "at",
    "canary",
    "reason",
    "slots",
  ]);
  expect(check({ slots: ["3"], at: ["22:30"] })).toEqual([]);
  expect(check({ reason: ["broken"], at: ["22:30"] }, true)).toEqual(["at"]);
});
