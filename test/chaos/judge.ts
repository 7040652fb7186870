import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICE_USER } from "../../playground/deploy/people.ts";
import type { Trial } from "../../playground/trial.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { cardOf, judgeRollout, settled } from "./judge-rollout.ts";
import type { Observer } from "./observer.ts";

/** Holds what the card says and what the ledger has against how things really are. Ends Drydock. */
export async function judge(
  trial: Trial,
  { violations, asked }: Observer,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const { fleet } = trial.deploy;
  const shown = { rollout: "prod-1", deploy: trial.deploy, messages: trial.slack.workspace.messages };
  await settled(shown);
  await trial.endBot();
  const problems = [...violations, ...judgeRollout(shown, await eventsOf(trial))];
  say(cardOf(shown).split("\n").slice(0, 4).join(" | "));
  const requests = [...asked.values()].reduce((sum, count) => sum + count, 0);
  const met = fleet.triggers.filter(({ user, deploying }) => user === SERVICE_USER && deploying).length;
  // One may begin between the last look at what runs and the request.
  say(`${met} requests met a deployment`);
  say(
    `${requests} requests for upgrades; in flight at most ${fleet.maxInFlightOurs} of ours, ${fleet.maxInFlight} of all`,
  );
  return problems;
}

/** The ledger's own check of its file and chain is part of reading it. */
async function eventsOf({ directory }: Trial): Promise<readonly StoredEvent[]> {
  const file = join(directory, "drydock.db");
  const key = Buffer.from(readFileSync(`${file}.key`, "utf8").trim(), "utf8");
  const ledger = openSqliteLedger({ file, key });
  try {
    return await ledger.since(0, 10_000_000);
  } finally {
    await ledger.close();
  }
}
