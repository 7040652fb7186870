import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { lineText, textOf } from "../../../src/core/view.ts";
import { failedLines } from "../../../src/features/retry/failed-lines.ts";
import { failuresView, neighbourLines, recoveredView } from "../../../src/features/retry/failures-view.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { diagnose } from "../../../src/model/upgrade/diagnosis.ts";
import type { Upgrade } from "../../../src/model/upgrade/upgrade.ts";
import { agentLinks } from "../../../src/servers/links.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { policyWith } from "../../support/policy.ts";
import { attemptOf, plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

describe("links", () => {
  test("what the server calls an agent is a value in the URL, and nothing else", () => {
    const names = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.constantFrom("web-1", "../../x", "a b&c=d#e", "|>evil", "{id}", "\ud800"),
    );
    fc.assert(
      fc.property(names, fc.uuid(), (name, id) => {
        const line = agentLinks(
          { agent: "https://ucd.example.com/#agent/{id}", logs: "https://logs.example.com/s?q={name}&x=1" },
          { id, name },
        );
        const [page, logs] = line.flatMap((span) => (typeof span === "object" && "url" in span ? [span.url] : []));
        expect(page).toBe(`https://ucd.example.com/#agent/${id}`);
        expect(logs).toMatch(/^[\x21-\x7e]+$/);
        const url = new URL(logs ?? "");
        expect([url.host, url.hash, url.searchParams.get("x")]).toEqual(["logs.example.com", "", "1"]);
        expect(url.searchParams.get("q")).toBe(name.replace(/\p{Cs}/gu, "\ufffd"));
      }),
    );
  });

  test("are off where nothing is configured", () => {
    expect(agentLinks({}, { id: "1", name: "web-1" })).toEqual([]);
  });
});

describe("neighbours", () => {
  const behind = (id: string, relay?: string) => plannedAgent(id, relay ? { relay } : {});
  const [a, b, c, d] = (["a", "b", "c", "d"] as const).map((id) => behind(id, "r1"));
  const [e, f] = [behind("e", "r2"), behind("f")];
  if (!a || !b || !c || !d) throw new Error("there are four");
  const agents = [a, b, c, d, e, f];
  const rollout = rolloutOf(planOf(agents));

  test("tell whether the relay is what the failed ones share", () => {
    const failed = [attemptOf(a, "never-back")];
    const upgrades = [...failed, attemptOf(b, "verified"), attemptOf(c, "stuck"), attemptOf(e, "verified")];
    expect(neighbourLines(rollout, failed, upgrades, new Map([["r1", "relay-north"]])).map(lineText)).toEqual([
      "Behind the relay relay-north: 1 of these, 1 upgraded, 1 failed otherwise, 1 not begun.",
    ]);
    const spared = [...failed, attemptOf(b, "elsewhere"), attemptOf(c, "skipped"), attemptOf(d, "unchanged")];
    expect(neighbourLines(rollout, failed, spared, new Map()).map(lineText)).toEqual([
      "Behind the relay r1: 1 of these, 1 upgraded, 1 left out, 1 unchanged.",
    ]);
    const both = [attemptOf(e, "never-back"), attemptOf(f, "never-back")];
    expect(neighbourLines(rollout, both, both, new Map()).map(lineText)).toEqual([
      "Behind the relay r2: 1 of these, no other agent of this rollout.",
    ]);
  });

  test("are not spoken of where the server tells no relays", () => {
    const failed = [attemptOf(f, "never-back")];
    expect(neighbourLines(rollout, failed, failed, new Map())).toEqual([]);
  });
});

describe("the agents that failed", () => {
  const names = Array.from({ length: 11 }, (_, i) => `db-prod-${i + 1}`);
  function linesFor(say: (name: string) => string): readonly string[] {
    const failed = names.map((name) =>
      attemptOf(plannedAgent(name), "refused", { detail: cause("server-said", { text: say(name) }) }),
    );
    return failedLines(rolloutOf(planOf(names.map((name) => plannedAgent(name)))), failed, {}).map(lineText);
  }

  test("share a line if the same is said of them, apart from their names", () => {
    expect(linesFor((name) => `Agent ${name} has no room`)).toEqual([
      "db-prod-1, db-prod-2, db-prod-3 and 8 more: Agent … has no room",
    ]);
  });

  test("are a few lines however different the errors are", () => {
    const lines = linesFor((name) => `error ${[...name].reverse().join("")}`);
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe("And 8 more agents: press Agents on the card.");
  });

  test("are not retried while the rollout is paused or once it is stopped, whatever a person asked for before", () => {
    const agent = plannedAgent("web-1");
    const retried: RolloutEvent = {
      type: "rollout.retried",
      data: {
        by: "U0BOB",
        serverUser: { id: "u-bob", name: "bob" },
        cause: "refused",
        agents: [{ id: agent.id, attempt: 2, notBefore: 0 }],
      },
    };
    const stopped: RolloutEvent = { type: "rollout.stopped", data: { by: "U0BOB" } };
    const linesAfter = (...events: readonly RolloutEvent[]) =>
      failedLines(rolloutOf(planOf([agent]), ...events), [attemptOf(agent, "refused")], {}).map(lineText);
    expect(linesAfter(retried)).toEqual(["web-1 (Drydock retries at 00:00 UTC for U0BOB)"]);
    const paused: RolloutEvent = { type: "rollout.paused", data: { by: "U0BOB", kind: "person", causes: [] } };
    expect(linesAfter(retried, paused)).toEqual(["web-1 (Drydock retries after Resume for U0BOB)"]);
    const notRetried = ["web-1 (not retried: the rollout was stopped)"];
    expect(linesAfter(retried, stopped)).toEqual(notRetried);
    expect(linesAfter(retried, stopped, { type: "rollout.ended", data: {} })).toEqual(notRetried);
  });
});

test.each([
  [1, 1, "[Retry]"],
  [2, 2, "[Retry all 2]"],
  [2, 1, "[Retry 1 of 2]"],
])("%i failed, %i may be retried: the button says what is retried", (n, free, button) => {
  const agents = Array.from({ length: n }, (_, i) => plannedAgent(`web-${i + 1}`));
  const failed = agents.map((agent, i) => attemptOf(agent, "refused", { closed: i < free, holdsSlot: i >= free }));
  const diagnosis = diagnose("refused", null);
  const rollout = rolloutOf(planOf(agents));
  const input = { rollout, policy: policyWith(), links: {}, relayNames: new Map(), diagnosis, failed };
  expect(textOf(failuresView({ ...input, upgrades: failed }))).toContain(button);
});

test("a permission that is missing on the server sends no one to the agents' hosts", () => {
  const agent = plannedAgent("web-1");
  const textFor = (text: string) => {
    const detail = cause("server-said", { text });
    const failed = [attemptOf(agent, "refused", { detail })];
    const diagnosis = diagnose("refused", detail);
    const input = { rollout: rolloutOf(planOf([agent])), policy: policyWith(), links: {}, relayNames: new Map() };
    return textOf(failuresView({ ...input, diagnosis, failed, upgrades: failed }));
  };
  expect(textFor("No space left on device")).toContain("On the host, below AGENT_HOME");
  expect(textFor("User drydock does not have permission")).not.toContain("On the host");
});

test("a cause for which no agent fails any more is resolved only if its agents came back", () => {
  const agent = plannedAgent("web-1");
  const rollout = rolloutOf(planOf([agent]));
  const said = (upgrade: Upgrade) => textOf(recoveredView(rollout, diagnose("never-back", null), [upgrade]));
  for (const outcome of [undefined, "back-old", "verified"] as const)
    expect(said(attemptOf(agent, outcome, { attempt: 2 }))).toContain(
      "U0ALICE No agent fails for this cause any more.",
    );
  const { outcome: recoveredFrom } = attemptOf(agent, "never-back");
  if (!recoveredFrom) throw new Error("it failed");
  expect(said(attemptOf(agent, "verified", { recoveredFrom }))).toContain("✔ Resolved: web-1 came back at 00:00 UTC.");
});
