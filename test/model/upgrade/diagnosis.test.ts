import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { diagnose, hostPaths } from "../../../src/model/upgrade/diagnosis.ts";
import { isFailure, OUTCOMES } from "../../../src/model/upgrade/outcome.ts";

const words = (text: string) => cause("server-said", { text });

describe("a failure has a cause", () => {
  test.each([
    ['400 "no write permission on AGENT_HOME/bin/air-agentupgrade.jar"', "jar-permission"],
    ['400 "air-agentupgrade.jar not found"', "jar-missing"],
    ['400 "User drydock does not have permission Upgrade Agents on agent web-1"', "no-server-permission"],
    ['400 "write failed: No space left on device"', "disk-full"],
    ['400 "UnsupportedClassVersionError: com/urbancode"', "java"],
    ["400 \"a header value contains a prohibited character ' ': websocket\"", "websocket-header"],
    ['400 "PKIX path building failed"', "certificate"],
    ['400 "Agent web-1 is offline"', "offline"],
    ['400 "something else"', "refused"],
  ])("%s", (said, cause) => {
    expect(diagnose("refused", words(said))).toMatchObject({ cause, remedy: expect.stringMatching(/\w/) });
  });

  test("of a relay that answers with a prohibited character no more is said than is known", () => {
    const { title, remedy } = diagnose(
      "refused",
      words("a header value contains a prohibited character ' ': websocket"),
    );
    expect(title).toContain("known from 6.x to 7.x");
    expect(remedy).toContain("not documented");
  });

  test("what an agent shows is not taken for what the server says", () => {
    expect(diagnose("never-back", words("disk full")).cause).toBe("never-back");
  });

  test("every failure has a title and a remedy", () => {
    for (const outcome of OUTCOMES.filter(isFailure)) {
      const { title, remedy } = diagnose(outcome, null);
      expect([outcome, title.length > 0, remedy.length > 0]).toEqual([outcome, true, true]);
    }
  });
});

test.each([
  ["6.2.7.1.960390", "bin/air-agentupgrade.jar"],
  ["7.2.3.1", "bin/air-agentupgrade.jar"],
  ["7.3.0.0.1", "var/upgrade/air-agentupgrade.jar"],
  ["8.1", "var/upgrade/air-agentupgrade.jar"],
  [null, "bin/air-agentupgrade.jar (from 7.3 on var/upgrade/air-agentupgrade.jar)"],
])("the jar of an agent at %s is %s", (version, path) => {
  expect(hostPaths(version)[0]).toEqual({ what: "the jar", path });
});
