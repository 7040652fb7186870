import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { STARTER_FILE, STARTER_SECRETS } from "../config/starter-file.ts";
import { OperatorError } from "../core/ports.ts";
import { defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";

export const init = defineCommand({
  name: "init",
  summary: "Writes the smallest configuration and the ledger's key",
  notes: [
    "It overwrites nothing. If DRYDOCK_LEDGER_KEY is in the environment, that is the key, and no key file is made.",
  ],
  options: CONFIG,
  example: "drydock init --config drydock.yml",
  exits: { done: "the configuration was written", failed: "no configuration was written" },
  async run({ values }, { env, ledger }) {
    const file = configFile(values, env);
    const option = file === "drydock.yml" ? "" : ` --config ${file}`;
    if (existsSync(file))
      throw new OperatorError(
        `${file} exists already, and init overwrites nothing. Check it with: npx drydock config check${option}`,
      );
    if (!existsSync(dirname(file)))
      throw new OperatorError(`The folder ${dirname(file)} does not exist. Create it first.`);
    const ledgerFile = join(dirname(file), "drydock.db");
    const key = ledger.makeKey(ledgerFile);
    writeFileSync(file, STARTER_FILE, { flag: "wx" });
    const text = `Wrote ${file}: six settings, mode: observe.
${KEY[key].replace("FILE", `${ledgerFile}.key`)}

Next:
1. Replace the examples in ${basename(file)} with your own values.
2. Put the secrets into the environment, with your own values:
   ${STARTER_SECRETS}
3. Check both:  npx drydock config check${option}
4. Try it all:  npx drydock doctor${option}
5. Start:       npx drydock${option}`;
    return { text, json: { config: file, ledger: ledgerFile, key } };
  },
});

const KEY = {
  made: "Wrote FILE: the key of the ledger. Copy it to a safe place: without it the ledger cannot be opened.",
  kept: "Kept FILE: the key of the ledger.",
  environment: "Wrote no key file: the ledger's key is DRYDOCK_LEDGER_KEY in the environment.",
};
