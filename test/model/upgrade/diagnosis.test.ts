import { describe, expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { diagnose, diagnosisNamed } from "../../../src/model/upgrade/diagnosis.ts";
import { OUTCOMES } from "../../../src/model/upgrade/outcome.ts";

const words = (text: string) => cause("server-said", { text });

describe("a failure has a diagnosis", () => {
  test.each([
    ['400 "no write permission on AGENT_HOME/bin/air-agentupgrade.jar"', "jar-permission"],
    ['400 "air-agentupgrade.jar not found"', "jar-missing"],
    ['400 "User drydock does not have permission Upgrade Agents on agent web-1"', "no-server-permission"],
    ['400 "write failed: No space left on device"', "disk-full"],
    ['400 "UnsupportedClassVersionError: com/urbancode"', "java"],
    ["400 \"a header value contains a prohibited character ' ': websocket\"", "websocket-header"],
    ['400 "PKIX path building failed"', "certificate"],
    ['400 "Agent web-1 is offline"', "offline"],
    ['401 "Error 401: Unauthorized. You must be logged in or provide credentials."', "login-refused"],
    ['401 ""', "login-refused"],
    ['400 "something else"', "refused"],
  ])("%s", (said, diagnosis) => {
    expect(diagnose("refused", words(said))).toBe(diagnosis);
    expect(diagnosisNamed(diagnosis)).toBe(diagnosis);
  });

  test("what an agent shows is not taken for what the server says", () => {
    expect(diagnose("never-back", words("disk full"))).toBe("never-back");
  });

  test("is its outcome, where the server said nothing of it", () => {
    for (const outcome of OUTCOMES) expect(diagnose(outcome, null)).toBe(diagnosisNamed(outcome));
    expect(diagnosisNamed("a later version's")).toBeUndefined();
  });
});
