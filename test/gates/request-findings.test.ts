import { expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import type { Finding } from "../../src/core/finding.ts";
import { lineText } from "../../src/core/view.ts";
import { panelParts } from "../../src/features/approval/asking-view.ts";
import { begin } from "../../src/features/rollout/decide-start.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { askAgain } from "../../src/model/rollout/ask-again.ts";
import { evolveRollout } from "../../src/model/rollout/evolve-rollout.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import { askedNotes } from "../../src/phrases/finding-words.ts";
import { policyWith } from "../support/policy.ts";
import { today } from "../support/today.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const policy = policyWith({ approvals: 1 });
const warn = (relays: number): Finding => ({
  topic: "relays",
  level: "warn",
  cause: { code: "relays-hidden", params: { relays, agents: 7 } },
  agents: [{ id: "a", name: "secret" }],
});

function asked(findings: readonly Finding[] | undefined): RolloutEvent {
  const by = { person: "U0ALICE", user: { id: "u-alice", name: "alice" } };
  const plan = planOf([plannedAgent("a")]);
  return begin({ rollout: "prod-1", plan, by, channel: "C1", size: 1, ...today(policy, 0), findings });
}

/** As after a restart: nothing is known but what the ledger has. */
function folded(...events: readonly RolloutEvent[]): Rollout {
  const rollout = events.reduce<Rollout | undefined>((state, event, i) => {
    const written = JSON.parse(JSON.stringify(event)) as RolloutEvent;
    const place = { id: `${i}`, v: 1, at: 0, actor: "x", stream: "rollout.prod-1", seq: i + 1, position: i + 1 };
    return evolveRollout(state, { ...written, ...place } as StoredEvent);
  }, undefined);
  if (!rollout) throw new Error("There is no rollout.");
  return rollout;
}

const notesOf = ({ request }: Rollout) => askedNotes(request?.findings).map(lineText);

test("what whoever asked was told is kept with the request, also when it is asked again, and names nobody", () => {
  const event = asked([1, 2, 3, 4].map(warn));
  expect(JSON.stringify(event)).not.toContain("secret");
  expect(event.data).toMatchObject({
    found: [{ level: "warn", cause: { code: "relays-hidden", params: { relays: 1, agents: 7 } } }, {}, {}, {}],
  });
  const told = [
    "▲ warn: 1 relay is not visible to Drydock's account, with 7 agents behind. Drydock does not know whether a relay there is down or lags.",
    "And 3 more.",
  ];
  const first = folded(event);
  expect(notesOf(first)).toEqual(told);
  expect(
    notesOf(folded(event, askAgain(first, today(policy, 1), [cause("recorded", { text: "The rules are stricter." })]))),
  ).toEqual(told);
});

test("a rollout that needed no approval shows those who approve it later what was typed", () => {
  const by = { person: "U0ALICE", user: { id: "u-alice", name: "alice" } };
  const given = { rollout: "prod-1", plan: planOf([plannedAgent("a")]), by, channel: "C1", size: 1 };
  const started = begin({ ...given, ...today(policyWith({ approvals: 0 }), 0), typed: "upgrade-required --team Web" });
  expect(started.type).toBe("rollout.started");
  const causes = [cause("recorded", { text: "prod is at another version now" })];
  const paused: RolloutEvent = { type: "rollout.paused", data: { by: "drydock", kind: "version", causes } };
  const asked = folded(started, paused, askAgain(folded(started, paused), today(policy, 1), causes));
  expect(JSON.stringify(panelParts(asked, policy, undefined))).toContain("upgrade-required --team Web");
});

test("where nothing was found, or it was not looked at, nothing is said", () => {
  expect(notesOf(folded(asked([])))).toEqual([]);
  expect(notesOf(folded(asked(undefined)))).toEqual([]);
});
