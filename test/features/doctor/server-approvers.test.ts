import { expect, test } from "vitest";
import { lineText } from "../../../src/core/view.ts";
import type { DoctorPorts } from "../../../src/features/doctor/check.ts";
import { serverApprovers } from "../../../src/features/doctor/server-approvers.ts";
import { ServerError } from "../../../src/model/deploy-server.ts";
import type { ManagedServer } from "../../../src/servers/managed-server.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { policyWith } from "../../support/policy.ts";

const clock = manualClock();

/** What the check says of approvers, else 50, whose rights are read by `asApprover`, after so many seconds. */
async function ofApprovers(
  asApprover: () => Promise<never>,
  { seconds = 0, count = 50 } = {},
): Promise<readonly string[]> {
  const people = Array.from({ length: count }, (_, i) => `U${i + 1}`);
  const policy = policyWith({
    approvals: 1,
    approvers: { ...policyWith().approvers, people, usergroups: ["S0"], roles: [] },
  });
  const usergroups = { members: async () => new Set<string>() };
  const ports = { clock, usergroups, authorize: { asApprover } } as unknown as DoctorPorts;
  const found = serverApprovers.run(ports, { name: "prod", policy } as ManagedServer);
  for (let i = 0; i < seconds; i += 1) await clock.advance(1_000);
  return (await found).map(({ level, code, sentence }) => `${level}, ${code}: ${lineText(sentence)}`);
}

const NOT_TOLD = [
  expect.stringMatching(/^problem, usergroup-empty: /),
  "unchecked, approvers: Drydock could not look at enough approvers of prod to say whether rollouts can be approved.",
];

test("of a slow server's approvers no more are asked once the check's time is over", async () => {
  let asked = 0;
  const slow = () => {
    asked += 1;
    return new Promise<never>((_, reject) => clock.after(4_000, () => reject(new ServerError("denied", "no"))));
  };
  expect(await ofApprovers(slow, { seconds: 15 })).toEqual(NOT_TOLD);
  await clock.advance(60_000);
  expect(asked).toBeLessThanOrEqual(4);
});

test("a server that does not say what approvers may do is not called in order", async () => {
  expect(await ofApprovers(() => Promise.reject(new ServerError("unreachable", "no answer")))).toEqual(NOT_TOLD);
});

test("of more approvers than are looked at nothing is said that nobody has looked at", async () => {
  expect((await ofApprovers(() => Promise.reject(new Error("nobody asks")), { count: 51 })).slice(1)).toEqual([
    "unchecked, approvers: prod has more than 50 approvers: Drydock does not look at each.",
  ]);
});
