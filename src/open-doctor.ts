import { inspectSharedLedger } from "./adapters/postgres/inspect-shared-ledger.ts";
import { createSlackInspection } from "./adapters/slack/inspection.ts";
import { openSlackReads } from "./adapters/slack/open-reads.ts";
import { inspectLedger } from "./adapters/sqlite/inspect-ledger.ts";
import type { Config } from "./config/config.ts";
import { hashConfig } from "./config/config-hash.ts";
import type { Clock, Log, Random } from "./core/ports.ts";
import { createDoctor, type Doctor } from "./features/doctor/doctor.ts";
import { openServers } from "./open-servers.ts";
import { createAuthorize } from "./people/authorize.ts";
import { createIdentities } from "./people/identity.ts";
import { assertSharedHint } from "./shared-hint.ts";
import { sharedLedgerKey } from "./shared-ledger-key.ts";
import { version } from "./version.ts";

/** A doctor of its own, beside the bot or without it. It reads, and writes nothing. */
export function openDoctor(
  config: Config,
  ports: { readonly clock: Clock; readonly random: Random; readonly log: Log },
): Doctor & { close(): Promise<void> } {
  const { ledger, slack, people, ownTokens } = config;
  const { client, ...reads } = openSlackReads({ botToken: slack.botToken.reveal(), apiUrl: slack.apiUrl }, ports);
  const appToken = slack.incoming.mode === "socket" ? slack.incoming.appToken.reveal() : undefined;
  const servers = openServers(config.servers, ports);
  // Which account a person had before is in the ledger, which this process does not read.
  const projections = { pin: () => undefined, change: async () => {} };
  const identities = createIdentities({ people: reads.people, projections, settings: people });
  const tokens = { of: async () => undefined };
  const doctor = createDoctor({
    ...reads,
    servers,
    identities,
    authorize: createAuthorize({ identities, tokens, usergroups: reads.usergroups }),
    slack: createSlackInspection(client, appToken),
    ledger: ledger.database
      ? inspectSharedLedger(ledger.database, {
          ...{ clock: ports.clock, log: ports.log },
          runs: { version: version(), configuration: hashConfig(config) },
          key: () => sharedLedgerKey(ledger),
          assertNewest: (db) => assertSharedHint(db, ledger.file),
        })
      : inspectLedger({ file: ledger.file, fromEnvironment: ledger.key?.reveal() }),
    clock: ports.clock,
    settings: { channels: slack, people, ownTokens: ownTokens !== undefined },
  });
  return {
    ...doctor,
    close: async () => void (await Promise.all([...servers.values()].map(({ urbancode }) => urbancode.close()))),
  };
}
