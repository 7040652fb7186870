import { expect, test } from "vitest";
import { type Cause, cause } from "../../src/core/cause.ts";
import { serverTrouble } from "../../src/core/server-trouble.ts";
import { causesText, causeText, plainCause } from "../../src/phrases/cause-text.ts";

const lacking = cause("lacks-permission", { permissions: ["View Agents", "Upgrade Agents"] });

test("a permission that somebody lacks is said to whoever reads it", () => {
  expect(plainCause(lacking, "you")).toBe("you lack View Agents, Upgrade Agents");
  expect(plainCause(lacking)).toBe("the requester lacks View Agents, Upgrade Agents");
  expect(plainCause(lacking, { name: "alice" })).toBe("alice lacks View Agents, Upgrade Agents");
  const nowhere = cause("lacks-permission-anywhere", { permissions: ["View Agents"] });
  expect(plainCause(cause("owner-may-not", { user: "alice", lacks: nowhere }))).toBe(
    "Its owner may no longer do this: alice holds View Agents on no team.",
  );
});

test("names and the server's words are data, and what is ours is text", () => {
  expect(causeText(cause("relay-unwell", { relay: "<!channel>", detail: cause("relay-not-back") }))).toEqual([
    "The relay ",
    { data: "<!channel>" },
    " has a problem after its turn",
    ": ",
    "the server shows it as offline",
    ".",
  ]);
  const trouble = serverTrouble("answered", "prod", { call: "role", status: 503, text: "*busy*" });
  expect(causeText(cause("server-trouble", trouble))).toContainEqual({ data: "*busy*" });
  expect(causeText({ code: "recorded", params: { text: "as it was: *so*" } })).toEqual([{ data: "as it was: *so*" }]);
});

test("that too few can approve is true for whoever reads it, also if there is no other approver", () => {
  expect(plainCause(cause("too-few-approvers", { server: "prod", needed: 1, able: 0 }))).toBe(
    "prod requires 1 approval for this, and no other person can give one now. Any other approvers left or lost the permission. The platform team can add approvers.",
  );
  expect(plainCause(cause("too-few-approvers", { server: "prod", needed: 2, able: 1 }))).toContain(
    "requires 2 approvals for this, and only 1 other person can give one now.",
  );
});

test("several causes are told one after the other", () => {
  const rest = { failed: 2, finished: 10, limit: 5, share: 20, relay: null };
  const causes = [
    cause("too-many-failures", { ...rest, cause: "disk-full" }),
    cause("canary-failed", { outcome: "stuck" }),
  ];
  expect(causesText(causes).join("")).toBe(
    "2 of 10 agents failed for the same reason (limit 20%): the agent's disk is full. A canary was not upgraded: reported an error, or could not finish connecting, for too long.",
  );
});

test("a code that only a later version knows is shown as it is, also a gate's", () => {
  for (const code of ["not-yet-known", "not-yet.known", "constructor"])
    expect(causeText({ code, params: {} } as unknown as Cause)).toEqual([{ data: code }]);
});

test("agents that changed are told with what they were and what they are, names as data", () => {
  const web = { name: "web-1", version: "7.1", teams: [{ id: "t1", name: "Shop" }] };
  const changes = [
    { was: web, is: { ...web, version: "7.2" } },
    { was: web, is: { ...web, name: "web-9", teams: [] } },
    { was: null, is: { ...web, version: null } },
  ];
  const differ = cause("waiting-agents-differ", { agents: 6, changes });
  expect(plainCause(differ)).toBe(
    "6 agents that wait have changed since the approval: web-1 7.1, now 7.2; web-1, now web-9, on Shop, now on no team; web-1 (new), now unknown; and 3 more",
  );
  expect(causeText(differ)).toContainEqual({ data: "web-9" });
});
