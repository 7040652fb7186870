import { expect, test } from "vitest";
import { runProgram } from "../support/run-program.ts";

/** What `--json` makes of an error: JSON on standard error, nothing on standard output. */
async function faultOf(...words: readonly string[]) {
  const { status, stdout, stderr } = await runProgram([...words, "--json"], {
    DS_USERNAME: "drydock",
    DS_PASSWORD: "dry-dock-password",
  });
  expect(stdout).toBe("");
  return { status, ...(JSON.parse(stderr) as object) };
}

test("a wrong command line", async () => {
  const message = expect.stringContaining("drydock backup needs FILE");
  expect(await faultOf("backup")).toEqual({ status: 2, error: { kind: "UsageError", message }, exitCode: 2 });
});

test("a wrong configuration, with each of its problems", async () => {
  expect(await faultOf("config", "check", "-c", "drydock.example.yml")).toMatchObject({
    status: 1,
    error: {
      kind: "ConfigError",
      problems: expect.arrayContaining([
        expect.objectContaining({ where: expect.any(String), what: expect.any(String) }),
      ]),
    },
    exitCode: 1,
  });
});

test("what a server does not answer", async () => {
  // Nothing listens on port 1.
  expect(await faultOf("probe", "--url", "http://127.0.0.1:1")).toMatchObject({
    status: 1,
    error: { kind: "UserError", reason: "no-answers" },
  });
});
