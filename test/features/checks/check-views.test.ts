import fc from "fast-check";
import { expect, test } from "vitest";
import { problemsOf } from "../../../playground/slack/limits.ts";
import type { Block } from "../../../playground/slack/workspace.ts";
import { toMessage } from "../../../src/adapters/slack/to-message.ts";
import { LEVELS, type Level, type Sentence, type ShortFinding, TOPICS } from "../../../src/core/finding.ts";
import { lineText, say, textOf, type View } from "../../../src/core/view.ts";
import { hostView, reportView, wayView } from "../../../src/features/checks/check-view.ts";
import { hostCommands } from "../../../src/model/guide/host.ts";
import { shortNotes } from "../../../src/phrases/finding-words.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { runs } from "../../support/runs.ts";

const nasty = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 400 }),
  fc.constantFrom("<!channel>", "<@U0ALICE>", "`<!here>`", "x".repeat(3_500), "a\nb", "\u202eevil", ""),
);
const piece = fc.oneof(
  fc.constantFrom("A sentence of ours, ", `${"and it goes on ".repeat(20)}.`),
  nasty.map((data) => ({ data })),
  fc.constantFrom({ say: "upgrade-required" }, { say: "whoami" }, { person: "U0ALICE" }),
);
const sentence = fc.array(piece, { maxLength: 8 });
const finding = fc.record({
  topic: fc.constantFrom(...TOPICS),
  level: fc.constantFrom(...LEVELS),
  sentence,
  todo: sentence,
  agents: fc.array(fc.record({ id: nasty, name: nasty }), { maxLength: 5 }),
  names: fc.array(nasty, { maxLength: 3 }),
});

/** A finding that says just this. */
function toldAs({ level, sentence }: { readonly level: Level; readonly sentence: Sentence }): ShortFinding {
  return { level, cause: { code: "recorded", params: { sentence } } };
}

test("whatever is found, and whatever hosts and agents are called, is within Slack's limits and wakes nobody", () => {
  const saying = fc.record({ word: fc.constant("/agents"), server: fc.constantFrom(undefined, "prod") });
  const given = fc.record({
    findings: fc.array(finding, { maxLength: 45 }),
    saying,
    version: fc.option(nasty, { nil: undefined }),
    name: nasty,
    os: fc.option(nasty, { nil: undefined }),
    work: fc.option(nasty, { nil: undefined }),
  });
  fc.assert(
    fc.property(given, ({ findings, saying: how, version, name, os, work }) => {
      const views: readonly View[] = [
        reportView(
          { server: "prod", serverVersion: version, agents: 10_000, findings, example: name || undefined },
          how,
        ),
        wayView("6.2", "8.2", findings, how),
        hostView({
          server: "prod",
          agent: { name, version },
          os,
          platforms: hostCommands({ version, workingDirectory: work, os }),
          java: undefined,
          unsupportedPlatforms: name.length % 2 === 0,
        }),
        say("plan", ...shortNotes(findings.map(toldAs), "prod", how)),
      ];
      for (const view of views) {
        const { text, blocks } = toMessage(view);
        expect(problemsOf(blocks as unknown as Block[])).toEqual([]);
        const shown = JSON.stringify(blocks, (key, value) => (key === "value" ? undefined : value));
        const outside = `${text} ${shown}`.replace(/`[^`]*`/g, "").replaceAll("<@U0ALICE>", "");
        expect(outside).not.toMatch(/<[!@#]/);
      }
    }),
    { numRuns: runs(100, 2_000) },
  );
});

test.each([
  ["/opt/agent/var/work", "AGENT_HOME is taken from", "fill it in first"],
  ["/data/work", "fill it in first", "AGENT_HOME is taken from"],
])("with the working directory %s an agent's page says where its home is from", (workingDirectory, part, other) => {
  const agent = { name: "web-1", version: "7.0" };
  const platforms = hostCommands({ ...agent, workingDirectory, os: "Linux" });
  const said = textOf(
    hostView({ server: "prod", agent, os: "Linux", platforms, java: undefined, unsupportedPlatforms: false }),
  );
  expect(said).toContain(part);
  expect(said).not.toContain(other);
});

test("a plan has the worst of them, or those that say stop, and how many more there are", () => {
  const found = (level: Level) => toldAs({ level, sentence: [level] });
  const how = { word: "/agents", server: undefined };
  const said = (...levels: readonly Level[]) => shortNotes(levels.map(found), "prod", how).map(lineText);
  expect(shortNotes(undefined, "prod", how)).toEqual([]);
  expect(said()).toEqual([]);
  expect(said("warn")).toEqual(["▲ warn: warn More: /agents check prod"]);
  expect(said("warn", "warn", "note")).toEqual(["▲ warn: warn And 2 more: /agents check prod"]);
  expect(said("stop", "stop", "warn")).toEqual(["■ stop: stop", "■ stop: stop And 1 more: /agents check prod"]);
});

test("an agent's page does not call the Java of the shell the agent's", () => {
  const agent = { name: "web-1", version: "7.3" };
  for (const os of ["Linux", "Windows"]) {
    const platforms = hostCommands({ ...agent, workingDirectory: undefined, os });
    const page = hostView({ server: "prod", agent, os, platforms, java: undefined, unsupportedPlatforms: false });
    expect(textOf(page)).toContain(
      "the Java of this account's shell, which need not be the one that the agent runs on: ",
    );
  }
});
