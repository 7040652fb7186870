import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toMessage } from "../../../src/adapters/slack/to-message.ts";
import { data } from "../../../src/core/view.ts";
import { hostCommands, isPasteable, quotePosix, quotePowerShell } from "../../../src/model/guide/host.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { runs } from "../../support/runs.ts";

const HOME = "/opt/ibm-ucd/agent/var/work/";

function commandsOf(agent: Partial<Parameters<typeof hostCommands>[0]>): string {
  return hostCommands({ version: "7.2.3.1", workingDirectory: HOME, os: "Linux", ...agent })
    .flatMap(({ commands }) => commands.map(({ command }) => command))
    .join("\n");
}

function run(script: string): string {
  const env = { PATH: process.env.PATH };
  return execFileSync("sh", ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env });
}

describe("the commands for an agent's host", () => {
  test.each([
    ["6.2.7.1", "/bin/air-agentupgrade.jar", "/var/upgrade/air-agentupgrade.jar"],
    ["7.2.9", "/bin/air-agentupgrade.jar", "/var/upgrade/air-agentupgrade.jar"],
    ["7.3.0.0", "/var/upgrade/air-agentupgrade.jar", "/bin/air-agentupgrade.jar"],
  ])("of an agent at %s look for the jar at %s", (version, here, notHere) => {
    expect(commandsOf({ version })).toContain(`"$AGENT_HOME${here}"`);
    expect(commandsOf({ version })).not.toContain(notHere);
  });

  test("look in both places where the version is not told", () => {
    expect(commandsOf({ version: undefined })).toMatch(
      /bin\/air-agentupgrade\.jar.*var\/upgrade\/air-agentupgrade\.jar/,
    );
  });

  test.each([
    ["Linux", ["POSIX"]],
    ["AIX", ["POSIX"]],
    ["z/OS", ["POSIX"]],
    ["Windows Server 2019", ["Windows"]],
    [undefined, ["POSIX", "Windows"]],
  ])("on %s are those for %j", (os, platforms) => {
    const made = hostCommands({ version: "7.0", workingDirectory: HOME, os });
    expect(made.map(({ platform }) => platform)).toEqual(platforms);
  });

  test("name the agent's own paths, and its home where the working directory shows it", () => {
    expect(commandsOf({})).toContain("AGENT_HOME='/opt/ibm-ucd/agent'\nWORK='/opt/ibm-ucd/agent/var/work/'");
    expect(commandsOf({ os: "Windows 10", workingDirectory: "C:\\Program Files\\agent\\var\\work" })).toContain(
      "$AgentHome = 'C:\\Program Files\\agent'\n$Work = 'C:\\Program Files\\agent\\var\\work'",
    );
    expect(commandsOf({ workingDirectory: "/data/work" })).toContain(
      "AGENT_HOME='FILL-IN-AGENT_HOME'\nWORK='/data/work'",
    );
  });

  test.each([
    ["Linux", "/opt/agent/var/work", true],
    ["Linux", "/data/work", false],
    ["Windows 10", "C:\\agent\\var\\work", true],
    ["Windows 10", "D:\\work", false],
  ])("on %s with the working directory %s know the agent's home: %s", (os, workingDirectory, known) => {
    expect(hostCommands({ version: "7.0", workingDirectory, os })[0]?.known).toBe(known);
  });

  test.each([
    undefined,
    "",
    "relative/var/work",
    "/a\nrm -rf /",
    "/a`id`",
    "/a\u202eb",
    "/a\u0000b",
    `/${"x".repeat(200)}`,
  ])("have blanks to fill in where the working directory is %j", (workingDirectory) => {
    const [made] = hostCommands({ version: "7.0", workingDirectory, os: "Linux" });
    expect(made?.known).toBe(false);
    expect(commandsOf({ workingDirectory })).toContain("WORK='FILL-IN-WORKING-DIRECTORY'");
  });

  test("a working directory that means harm does none, and the commands find what is there", () => {
    const place = mkdtempSync(join(tmpdir(), "h-"));
    const evil = `${place}/$(touch ${place}/1)';touch ${place}/2 #/var/work`;
    expect(run(`${commandsOf({ workingDirectory: evil })}\nprintf '%s' "$WORK"`).endsWith(evil)).toBe(true);
    expect(readdirSync(place)).toEqual([]);
    mkdirSync(join(place, "var/work"), { recursive: true });
    const own = run(commandsOf({ workingDirectory: `${place}/var/work` }));
    expect(own).toContain(`yes: ${place}\n`);
    expect(own).toContain(`yes: ${place}/var/work\n`);
    expect(own).toContain(`NO: ${place}/bin\n`);
    rmSync(place, { recursive: true });
  });

  test("whatever is quoted comes out of a shell as it went in", () => {
    const path = fc.string({ unit: "grapheme", maxLength: 60 }).filter(isPasteable);
    fc.assert(
      fc.property(path, (text) => {
        expect(execFileSync("sh", ["-c", `printf '%s' ${quotePosix(text)}`], { encoding: "utf8" })).toBe(text);
      }),
      { numRuns: runs(12, 400) },
    );
  });

  test("PowerShell's quotes, the typographic ones too, are doubled", () => {
    const path = fc
      .array(fc.constantFrom("'", "‘", "’", "‚", "‛", "a", "$", '"'), { maxLength: 20 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(path, (text) => {
        const inside = quotePowerShell(text).slice(1, -1);
        // Read as PowerShell reads: two quotes in a row are one, and a single one would be the end.
        expect(inside.replace(/(['‘’‚‛])['‘’‚‛]/g, "$1")).toBe(text);
        expect(inside.replace(/['‘’‚‛]{2}/g, "")).not.toMatch(/['‘’‚‛]/);
      }),
    );
  });

  test("what Slack shows is the command, whole and unchanged", () => {
    const path = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 150 }).map((text) => `/${text}`);
    fc.assert(
      fc.property(
        path,
        fc.constantFrom(undefined, "6.2", "8.0"),
        fc.constantFrom(undefined, "Windows 11"),
        (work, version, os) => {
          for (const { commands } of hostCommands({ version, workingDirectory: work, os }))
            for (const { command } of commands) {
              const { text } = toMessage({ key: "host-commands", summary: [data(command)], parts: [] });
              expect(text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")).toBe(
                `\`${command}\``,
              );
            }
        },
      ),
    );
  });
});
