import type { LedgerEvent, NewEvent } from "../../../src/model/events.ts";
import type { Evidence } from "../../../src/model/evidence.ts";
import type { LedgerWrite } from "../../../src/model/ledger-port.ts";
import type { Plan } from "../../../src/model/plan/plan.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { hashPolicy } from "../../../src/model/policy-hash.ts";
import { policyWith } from "../../support/policy.ts";

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 10, 24, 22);
export const ALICE = { person: "U0ALICE", user: { id: "alice", name: "alice" } };
export const BOB = { person: "U0BOB", user: { id: "bob", name: "bob" } };

type Who = typeof ALICE;

/** One approval for each rollout. Alice has a second account in Slack. */
export const POLICY = policyWith({
  approvals: 1,
  approvers: { people: [ALICE.person, BOB.person, "U0ALICE2"], usergroups: [], usergroupPermissions: [], roles: [] },
});

/** What Drydock records beside an event if all is well. */
function wellJudged(given: Partial<Evidence> = {}): Evidence {
  return {
    owner: { ...ALICE, age: 10 },
    lacking: { permissions: [], age: 10 },
    freeze: null,
    window: null,
    ...given,
  };
}

/** Writes a ledger's events by hand: what Drydock itself would never write. Each event is a minute after the one before. */
export function createWriter(policy: Policy = POLICY) {
  let inForce = policy;
  const writes: LedgerWrite[] = [];
  let written = 0;

  function write(stream: string, event: NewEvent, closes = false): void {
    written += 1;
    const stamp = { id: `e${written}`, v: 1, at: BEGIN + written * MINUTE, actor: "drydock" } as const;
    const stored: LedgerEvent = { ...event, ...stamp, ...(closes ? { closes } : {}) };
    writes.push({ stream, events: [stored] });
  }

  function planOf(rollout: string, agents: number): Plan {
    const planned = Array.from({ length: agents }, (_, i) => ({
      id: `${rollout}-a${i}`,
      name: `web-${i}`,
      status: "upgrade-required" as const,
      version: "7.0",
    }));
    const options = { slots: 10, reason: "patch night" };
    return { server: "prod", serverVersion: "8", options, agents: planned, excluded: [], hash: `hash of ${rollout}` };
  }

  return {
    writes,
    write,
    planOf,
    /** The rules in force. */
    rules(given: Policy = policy): void {
      inForce = given;
      write("server.prod", { type: "policy.set", data: { hash: hashPolicy(given) } });
    },
    /** Alice asks for it, a person approves it, and it starts. `approved`: what was asked for, made of what starts. */
    started(
      rollout: string,
      agents: number,
      approver: Who = BOB,
      approved: (started: Plan) => Plan = (started) => started,
      slots = 10,
    ): void {
      const whole = planOf(rollout, agents);
      const started = { ...whole, options: { ...whole.options, slots } };
      const plan = approved(started);
      const base = { rollout, plan, serverUser: ALICE.user, channel: "C0", policy: inForce, size: agents };
      const asked = { requester: ALICE.person, needed: 1, expiresAt: BEGIN + 10_000 * MINUTE, because: null };
      const judged = wellJudged();
      write(`rollout.${rollout}`, { type: "rollout.requested", data: { ...base, ...asked, judged } });
      const approval = { by: approver.person, user: approver.user, lost: null, age: 10 };
      const by = { by: approver.person, serverUser: approver.user, round: 1, hash: plan.hash };
      write(`rollout.${rollout}`, {
        type: "rollout.approved",
        data: { ...by, judged: { freeze: null, window: null, approvals: [approval] } },
      });
      const begun = { ...base, plan: started, owner: ALICE.person, judged: wellJudged({ approvals: [approval] }) };
      write(`rollout.${rollout}`, { type: "rollout.started", data: begun });
    },
    /** Alice starts it without approval. `size`: with others of hers. */
    emergency(rollout: string, agents: number, size = agents): void {
      const plan = planOf(rollout, agents);
      const options = { ...plan.options, emergency: true } as const;
      const base = { rollout, plan: { ...plan, options }, serverUser: ALICE.user, channel: "C0", policy: inForce };
      const started = { ...base, size, owner: ALICE.person, judged: wellJudged() };
      write(`rollout.${rollout}`, { type: "rollout.started", data: started });
      const opened = { by: ALICE.person, serverUser: ALICE.user, reason: "patch night", agents };
      write(`rollout.${rollout}`, { type: "review.opened", data: opened });
    },
    /** A person closes the review of an emergency. `judged`: whether the ledger holds that Drydock read who they are, `by`: by which rules. */
    reviewed(rollout: string, reviewer: Who, judged = true, by: Policy | null = inForce): void {
      const approval = { by: reviewer.person, user: reviewer.user, lost: null, age: 10 };
      const read = judged ? { judged: { freeze: null, window: null, approvals: [approval] } } : {};
      const rules = by ? { policyHash: hashPolicy(by) } : {};
      const data = { by: reviewer.person, serverUser: reviewer.user, note: "seen", ...rules, ...read };
      write(`rollout.${rollout}`, { type: "review.closed", data });
    },
    /** It is asked for again in Alice's name. */
    askedAgain(rollout: string, judged: Evidence): void {
      const base = {
        rollout,
        plan: planOf(rollout, 3),
        serverUser: ALICE.user,
        channel: "C0",
        policy: inForce,
        size: 3,
      };
      const asked = { requester: ALICE.person, needed: 1, expiresAt: BEGIN + 10_000 * MINUTE, because: [] };
      write(`rollout.${rollout}`, { type: "rollout.requested", data: { ...base, ...asked, judged } });
    },
    intended(rollout: string, i: number, judged: Partial<Evidence> | null = {}, attempt = 1): void {
      const agent = { id: `${rollout}-a${i}`, name: `web-${i}` };
      const data = {
        rollout,
        server: "prod",
        agent,
        attempt,
        from: "7.0",
        ...(judged ? { judged: wellJudged(judged) } : {}),
      };
      write(`upgrade.${rollout}.${agent.id}.${attempt}`, { type: "upgrade.intended", data });
    },
    verified(rollout: string, i: number): void {
      const stream = `upgrade.${rollout}.${rollout}-a${i}.1`;
      write(stream, { type: "upgrade.outcome", data: { outcome: "verified", detail: null, holdsSlot: false } });
      write(stream, { type: "upgrade.closed", data: {} }, true);
    },
    ended: (rollout: string) => write(`rollout.${rollout}`, { type: "rollout.ended", data: {} }),
  };
}
