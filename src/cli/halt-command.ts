import { ledgerSettings } from "../config/load.ts";
import type { OperatorCall } from "../core/operator.ts";
import { UserError } from "../core/user-error.ts";
import { type CliCommand, defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";
import { UsageError } from "./usage-error.ts";

export const pause = haltCommand("pause", "Pauses a rollout, or all: no more upgrades begin");
export const stop = haltCommand("stop", "Stops a rollout, or all, for good");

function haltCommand(verb: OperatorCall["verb"], summary: string): CliCommand {
  const example = `drydock ${verb} prod-142`;
  return defineCommand({
    name: verb,
    summary,
    notes: [
      "The running bot does it. It asks neither Slack nor the servers. Upgrades in flight finish.",
      "Run it as the user that runs the bot. That user has to be listed under people.operators.",
    ],
    word: { hint: "ROLLOUT|all", summary: "the rollout's id, or all rollouts", required: false, many: false },
    options: {
      server: { type: "string", hint: "SERVER", summary: "every rollout of this server" },
      ...CONFIG,
    },
    example,
    exits: {
      done: `Drydock did it, and recorded it`,
      failed: "it was refused, or no bot runs; standard error says why",
    },
    async run({ words: [word], values: { server, config } }, ports) {
      if ((word === undefined) === (server === undefined))
        throw new UsageError(`drydock ${verb} needs a rollout, all, or --server SERVER. Example: ${example}`);
      const which =
        word?.toLowerCase() === "all" ? "all" : word === undefined ? { server: server ?? "" } : { rollout: word };
      const { env } = ports;
      const reply = await ports.askBot(ledgerSettings({ file: configFile({ config }, env), env }), { verb, which });
      if (!reply.done) throw new UserError("operator-refused", reply.text);
      return { text: reply.text, json: { rollouts: reply.rollouts } };
    },
  });
}
