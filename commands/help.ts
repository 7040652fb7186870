import { nearest, usageOf } from "../src/app/arguments.ts";
import { type Command, defineCommand } from "../src/app/command.ts";
import { UserError } from "../src/app/user-error.ts";
import { type Line, say } from "../src/app/view.ts";

export const help = defineCommand({
  name: "help",
  summary: "what Drydock understands",
  inThread: true,
  args: { positional: { hint: "COMMAND", required: false, many: false }, flags: {}, example: "/agents help upgrade" },
  async handler(args, { services, word }) {
    const known = services.commands.filter((command) => !command.hidden);
    const asked = args.words[0]?.toLowerCase();
    if (asked === undefined)
      return say("Drydock upgrades agents. It understands:", ...known.map((command) => line(command, word)));
    const command = known.find((candidate) => candidate.name === asked);
    if (command) return say(...one(command, word));
    const near = nearest(
      asked,
      known.map((candidate) => candidate.name),
    );
    throw new UserError(
      `There is no command "${asked.slice(0, 60)}".${near ? ` Did you mean ${near}?` : ""} All of them: ${word} help`,
    );
  },
});

function line(command: Command, word: string): Line {
  return [{ data: `${word} ${command.name}` }, ` ${command.summary}`];
}

function one(command: Command, word: string): readonly Line[] {
  const flags = Object.entries(command.args.flags).map(
    ([name, flag]): Line => [{ data: `--${name} ${flag.hint}` }, ` ${flag.summary}`],
  );
  const example = command.args.example.replace(/^\/agents/, word);
  return [
    [{ data: `${word} ${command.name} ${usageOf(command.args)}`.trim() }, ` ${command.summary}`],
    ...flags,
    ["Example: ", { data: example }],
  ];
}
