import { dirname, resolve } from "node:path";
import {
  checkAddresses,
  checkChannels,
  checkPeople,
  checkServer,
  type ServerInput,
  warningsOf,
} from "./check-server.ts";
import type { Config, ServerConfig } from "./config.ts";
import {
  credentialsOf,
  databaseSecrets,
  type Environment,
  ledgerSecret,
  requiredSecret,
  tokenKeys,
} from "./environment.ts";
import { policyOf } from "./policy-of.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { readSettings } from "./read-settings.ts";
import type { ConfigFile } from "./schema.ts";

/** Reads the one file and the environment. Throws ConfigError with every problem; the value is frozen all through. */
export function loadConfig({ file, env }: { readonly file: string; readonly env: Environment }): Config {
  const problems: Problem[] = [];
  const { yaml, parsed, warnings } = readSettings(file, env, problems);
  const botToken = requiredSecret(env, "SLACK_BOT_TOKEN", "xoxb-", "the bot's token", problems);
  const key = ledgerSecret(env, problems);
  const database = databaseSecrets(env, problems);
  const incoming = incomingOf(parsed.data?.slack, env, problems);
  const ownTokens = parsed.data?.people.ownTokens ? tokenKeys(env, problems) : undefined;
  if (!parsed.success) throw new ConfigError(problems);
  const settings = parsed.data;
  const servers = Object.entries(settings.servers).map(([name, server]) =>
    toServer({ name, server, settings, env, yaml, directory: dirname(file) }, problems),
  );
  checkPeople(settings, yaml, problems);
  checkChannels(settings, yaml, problems);
  checkAddresses(settings, yaml, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const { emailDomains, mapping, onCall, operators } = settings.people;
  const { host, port } = settings.health;
  return freeze({
    ledger: { file: resolve(dirname(file), settings.ledger.file), key, database },
    slack: {
      word: settings.slack.word,
      channels: settings.slack.channels,
      apiUrl: settings.slack.apiUrl,
      operationsChannel: settings.slack.operationsChannel,
      botToken,
      incoming,
    },
    health: port === undefined ? undefined : { host, port },
    servers,
    people: {
      emailDomains,
      onCall,
      operators,
      mapping: new Map(Object.entries(mapping).map(([id, byServer]) => [id, new Map(Object.entries(byServer))])),
    },
    ownTokens,
    warnings: [...warnings, ...servers.flatMap((server) => server.warnings)],
  });
}

/** Where the ledger is and what its key is; nothing else of the environment is looked at. Throws ConfigError. */
export function ledgerSettings({ file, env }: { readonly file: string; readonly env: Environment }): Config["ledger"] {
  const problems: Problem[] = [];
  const { parsed } = readSettings(file, env, problems);
  const key = ledgerSecret(env, problems);
  const database = databaseSecrets(env, problems);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { file: resolve(dirname(file), parsed.data.ledger.file), key, database };
}

/** What is read beside the running bot: where the ledger is, and each server's rules. No secret but the ledger's key is looked at. Throws ConfigError. */
export function localSettings({ file, env }: { readonly file: string; readonly env: Environment }): LocalSettings {
  const ledger = ledgerSettings({ file, env });
  const { parsed } = readSettings(file, env, []);
  const servers = Object.entries(parsed.data?.servers ?? {}).map(([name, server]) => {
    const { deadlines, limits } = server;
    return { name, policy: policyOf(name, server), deadlines, limits };
  });
  return { ledger, servers };
}

export interface LocalSettings {
  readonly ledger: Config["ledger"];
  readonly servers: readonly Pick<ServerConfig, "name" | "policy" | "deadlines" | "limits">[];
}

/** Checks the file by itself, without the secrets of the environment; what is not wrong but worth a sentence is returned. Throws ConfigError with every problem. */
export function checkFile(file: string): readonly string[] {
  const problems: Problem[] = [];
  const { yaml, parsed, warnings } = readSettings(file, {}, problems);
  const servers = Object.entries(parsed.data?.servers ?? {});
  if (parsed.success) {
    for (const [name, server] of servers)
      checkServer({ name, server, directory: dirname(file), yaml, settings: parsed.data }, problems);
    checkPeople(parsed.data, yaml, problems);
    checkChannels(parsed.data, yaml, problems);
    checkAddresses(parsed.data, yaml, problems);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const ofServers = servers.flatMap(([name, { url = "", tls }]) => warningsOf({ name, url, minTls: tls.minVersion }));
  return [...warnings, ...ofServers];
}

/** How Slack's requests come in, with the secret that each way wants. */
function incomingOf(
  slack: ConfigFile["slack"] | undefined,
  env: Environment,
  problems: Problem[],
): Config["slack"]["incoming"] {
  if (slack?.mode === "http") {
    const signingSecret = requiredSecret(env, "SLACK_SIGNING_SECRET", "", "the app's signing secret", problems);
    return { mode: "http", signingSecret, ...slack.http };
  }
  const what = "an app-level token with connections:write";
  return { mode: "socket", appToken: requiredSecret(env, "SLACK_APP_TOKEN", "xapp-", what, problems) };
}

function toServer({ env, ...input }: ServerInput & { readonly env: Environment }, problems: Problem[]): ServerConfig {
  const { name, server, settings } = input;
  const single = Object.keys(settings.servers).length === 1;
  const ca = checkServer(input, problems);
  const url = server.url ?? "";
  const { clone } = server;
  const minTls = server.tls.minVersion;
  return {
    name,
    url,
    clone,
    minTls,
    credentials: credentialsOf(env, { name, username: server.username, single }, problems),
    ca,
    policy: policyOf(name, server),
    deadlines: server.deadlines,
    // Read only for what the operations channel is told.
    watch: { ...server.watch, idle: settings.slack.operationsChannel ? server.watch.idle : null },
    limits: server.limits,
    relays: server.relays,
    whoAmI: server.whoAmI,
    links: server.links,
    warnings: warningsOf({ name, url, minTls }),
    guide: server.guide,
    statuses: server.statuses,
  };
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
