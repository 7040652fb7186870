import { faultOf } from "./cli/fault-of.ts";
import { runCli } from "./cli/run-cli.ts";
import { cliAdapters, type Machine } from "./cli-adapters.ts";
import { escapeControls } from "./core/escape-controls.ts";

/** Carries out what was typed after `drydock`: answers on standard output, faults on standard error. Returns the exit code; undefined while the bot runs on. */
export async function runProgram(argv: readonly string[], machine: Machine): Promise<number | undefined> {
  try {
    const answer = await runCli(argv, cliAdapters(machine));
    if (answer === undefined) return undefined;
    const isFailure = typeof answer === "object";
    machine.stdout.write(`${escapeControls(isFailure ? answer.failure : answer)}\n`);
    return isFailure ? 1 : 0;
  } catch (error) {
    const { text, code } = faultOf(error);
    machine.stderr.write(`${escapeControls(text)}\n`);
    return code;
  }
}
