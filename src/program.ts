import { faultJson, faultOf } from "./cli/fault-of.ts";
import { asksForJson } from "./cli/parse-words.ts";
import { runCli } from "./cli/run-cli.ts";
import { printed } from "./cli/styled-text.ts";
import { cliAdapters, type Machine } from "./cli-adapters.ts";
import { escapeControls } from "./core/view.ts";

/** Carries out what was typed after `drydock`: answers on standard output, faults on standard error. Returns the exit code; undefined while the bot runs on. */
export async function runProgram(argv: readonly string[], machine: Machine): Promise<number | undefined> {
  const json = asksForJson(argv);
  const { stdout, stderr, env } = machine;
  try {
    const answer = await runCli(argv, cliAdapters(machine));
    if (answer === undefined) return undefined;
    const text = json ? jsonText(answer.json) : printed(answer.text, takesColour(stdout, env));
    stdout.write(`${text}\n`);
    return answer.failed ? 1 : 0;
  } catch (error) {
    const { text, code } = faultOf(error);
    stderr.write(`${json ? jsonText(faultJson(error)) : escapeControls(text)}\n`);
    return code;
  }
}

function jsonText(value: unknown): string {
  return escapeControls(JSON.stringify(value, null, 2));
}

/** A person watches, and has not set NO_COLOR (https://no-color.org). */
function takesColour(stdout: Machine["stdout"], { NO_COLOR, TERM }: Machine["env"]): boolean {
  return stdout.isTTY === true && !NO_COLOR && TERM !== "dumb";
}
