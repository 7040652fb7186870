import { expect, test } from "vitest";
import { typedName } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { EXIT_CODES, usageOf } from "../../src/cli/help.ts";
import { helpFor } from "../../src/cli/help-command.ts";

/** docs/command-line.md, as the table of commands has it. */
function page(): string {
  const sections = COMMANDS.map((command) => {
    const words = command.name === "" ? [] : command.name.split(" ");
    return [`## \`${typedName(command)}\``, "", "```text", helpFor(COMMANDS, words), "```", ""].join("\n");
  });
  return [
    "<!-- Made from src/cli by: npx vitest run test/house/command-line-page.test.ts -u -->",
    "",
    "# What can I type in a terminal?",
    "",
    "From a checkout, `npx drydock` runs what `npm ci` has built.",
    "",
    "| Command | What it does |",
    "| --- | --- |",
    ...COMMANDS.map((command) => `| \`${usageOf(command)}\` | ${command.summary} |`),
    "",
    "- Answers go to standard output, errors to standard error.",
    "- An error that you can put right is one or two sentences. Lines that begin with `at` are a bug of Drydock's: report them.",
    "- Passwords, tokens and keys come from the environment. No command takes one as an argument.",
    "",
    "| Exit code | Meaning |",
    "| --- | --- |",
    ...EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`),
    "",
    ...sections,
  ].join("\n");
}

test("docs/command-line.md is what the table of commands says", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/command-line.md");
});
