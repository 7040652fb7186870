import { ledgerSettings } from "../config/load.ts";
import { defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";

export const migrateLedger = defineCommand({
  name: "migrate-ledger",
  summary: "Moves the ledger from its file to PostgreSQL",
  notes: [
    "Stop the bot first. DATABASE_URL names an empty database, and the ledger's key stays the same.",
    "It copies the ledger, proves that the copy has the same chain, and moves people's tokens.",
  ],
  options: CONFIG,
  example: "drydock migrate-ledger --config drydock.yml",
  exits: { done: "the ledger is in the database, and its file has another name", failed: "the file is as it was" },
  async run({ values }, { env, ledger }) {
    const { rows, tokens, done, aside } = await ledger.migrate(ledgerSettings({ file: configFile(values, env), env }));
    const number = (count: number) => count.toLocaleString("en");
    const what =
      done === "there"
        ? "The database has this ledger already: nothing was copied."
        : `${number(rows)} rows and ${number(tokens)} tokens of people are in the database, and its chain is the same.`;
    return {
      text: `${what} The old ledger is ${aside} now: keep it as a backup. Start the bot with DATABASE_URL.`,
      json: { rows, tokens, done, aside },
    };
  },
});
