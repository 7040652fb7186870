import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../app/user-error.ts";
import { STARTER_FILE } from "../config/starter-file.ts";
import { UsageError } from "./usage.ts";

/** What `init` needs of the ledger; main.ts has the adapter. */
export interface InitTools {
  /** Where the key is: "environment" for DRYDOCK_LEDGER_KEY, else whether its file was made now. Throws a sentence if there can be none. */
  makeKey(ledger: string): "environment" | "made" | "kept";
}

/** Writes the smallest configuration and the ledger's key file, and overwrites nothing; returns what is printed. */
export function runInit(words: readonly string[], file: string, tools: InitTools): string {
  if (words.length > 0)
    throw new UsageError(`init does not take "${words[0]}". Example: drydock init --config drydock.yml`);
  const option = file === "drydock.yml" ? "" : ` --config ${file}`;
  if (existsSync(file))
    throw new UserError(
      "file-exists",
      `${file} exists already, and init overwrites nothing. Check it with: npx drydock config check${option}`,
    );
  if (!existsSync(dirname(file)))
    throw new UserError("no-such-folder", `The folder ${dirname(file)} does not exist. Create it first.`);
  const ledger = join(dirname(file), "drydock.db");
  const key = tools.makeKey(ledger);
  writeFileSync(file, STARTER_FILE, { flag: "wx" });
  return `Wrote ${file}: six settings, mode: observe.
${KEY[key].replace("FILE", `${ledger}.key`)}

Next:
1. Replace the examples in ${basename(file)} with your own values.
2. Put the secrets into the environment, with your own values:
   export SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… DRYDOCK_PROD_TOKEN=…
3. Check both:  npx drydock config check${option}
4. Start:       npx drydock${option}`;
}

const KEY = {
  made: "Wrote FILE: the key of the ledger. Copy it to a safe place: without it the ledger cannot be opened.",
  kept: "Kept FILE: the key of the ledger.",
  environment: "Wrote no key file: the ledger's key is DRYDOCK_LEDGER_KEY in the environment.",
};
