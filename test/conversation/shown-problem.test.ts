import { expect, test } from "vitest";
import { shownProblem } from "../../src/conversation/shown-problem.ts";
import { serverTrouble } from "../../src/core/server-trouble.ts";
import { textOf } from "../../src/core/view.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import { systemRandom } from "../../src/system.ts";
import { keepLog } from "../support/silent-log.ts";

const call = { via: "slash", person: "U0ALICE", channel: "C0", text: "resume prod-1" } as const;

test.each([
  [
    "failing",
    'prod answered 503 to "agent": "busy"',
    " Try again when the server answers: status shows it. Owners and on-call people can pause and stop rollouts meanwhile.",
  ],
  ["denied", 'prod answered 403 to "agent": "busy"', ""],
] as const)("a command that a server's answer ends (%s) says so, and what to do", (fault, said, then) => {
  const status = fault === "failing" ? 503 : 403;
  const trouble = serverTrouble("answered", "prod", { call: "agent", status, text: "busy" });
  const problem = shownProblem(new ServerError(fault, trouble), call, {
    ...{ word: "/agents", log: keepLog(), random: systemRandom },
  });
  expect(textOf(problem.shown)).toBe(`${said}\nYour command did not finish.${then}`);
});
