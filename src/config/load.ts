import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { unsatisfiable } from "../domain/gates/satisfiable.ts";
import type { Config, ServerConfig } from "./config.ts";
import { credentialsOf, type Environment, ledgerSecret, requiredSecret, tokenKeys } from "./environment.ts";
import { settingNames } from "./json-schema.ts";
import { knownPeople, policyOf } from "./policy-of.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { type ConfigFile, fileShape } from "./schema.ts";
import { problemsOf, readYaml, type YamlFile } from "./yaml-file.ts";

/** Reads the one file and the environment. Throws ConfigError with every problem; the value is frozen all through. */
export function loadConfig({ file, env }: { readonly file: string; readonly env: Environment }): Config {
  const problems: Problem[] = [];
  const { yaml, parsed } = readSettings(file, env, problems);
  const botToken = requiredSecret(env, "SLACK_BOT_TOKEN", "xoxb-", "the bot's token", problems);
  const key = ledgerSecret(env, problems);
  const incoming = incomingOf(parsed.data?.slack, env, problems);
  const ownTokens = parsed.data?.people.ownTokens ? tokenKeys(env, problems) : undefined;
  if (!parsed.success) throw new ConfigError(problems);
  const settings = parsed.data;
  const servers = Object.entries(settings.servers).map(([name, server]) =>
    toServer({ name, server, settings, env, yaml, directory: dirname(file) }, problems),
  );
  checkPeople(settings, yaml, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const { emailDomains, mapping, onCall } = settings.people;
  return freeze({
    ledger: { file: resolve(dirname(file), settings.ledger.file), key },
    slack: {
      word: settings.slack.word,
      channels: settings.slack.channels,
      apiUrl: settings.slack.apiUrl,
      operationsChannel: settings.slack.operationsChannel,
      botToken,
      incoming,
    },
    servers,
    people: {
      emailDomains,
      onCall,
      mapping: new Map(Object.entries(mapping).map(([id, byServer]) => [id, new Map(Object.entries(byServer))])),
    },
    ownTokens,
    warnings: servers.flatMap(({ warnings }) => warnings),
  });
}

/** Where the ledger is and what its key is; nothing else of the environment is looked at. Throws ConfigError. */
export function ledgerSettings({ file, env }: { readonly file: string; readonly env: Environment }): Config["ledger"] {
  const problems: Problem[] = [];
  const { parsed } = readSettings(file, env, problems);
  const key = ledgerSecret(env, problems);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { file: resolve(dirname(file), parsed.data.ledger.file), key };
}

/** Checks the file by itself, without the secrets of the environment. Throws ConfigError with every problem. */
export function checkFile(file: string): void {
  const problems: Problem[] = [];
  const { yaml, parsed } = readSettings(file, {}, problems);
  if (parsed.success) {
    for (const [name, server] of Object.entries(parsed.data.servers))
      checkServer({ name, server, directory: dirname(file), yaml, settings: parsed.data }, problems);
    checkPeople(parsed.data, yaml, problems);
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

function readSettings(file: string, env: Environment, problems: Problem[]) {
  const yaml = readYaml(basename(file), readText(file));
  problems.push(...yaml.problems);
  const parsed = fileShape.safeParse(withUrl(yaml.value, env), { reportInput: true });
  if (yaml.problems.length === 0 && !parsed.success) problems.push(...problemsOf(parsed.error, yaml, settingNames()));
  return { yaml, parsed };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const what = UNREADABLE[code] ?? `it cannot be read (${code})`;
    throw new ConfigError([
      {
        where: file,
        what: `${what}. Expected the configuration, e.g. --config drydock.yml; drydock.example.yml shows one`,
      },
    ]);
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a folder, not a file",
  EACCES: "Drydock may not read it",
};

/** For a single server its URL may come from DS_WEB_URL, as for the vendor's own client. */
function withUrl(value: unknown, env: Environment): unknown {
  if (!env.DS_WEB_URL || !isMap(value) || !isMap(value.servers)) return value;
  const [only, ...more] = Object.entries(value.servers);
  if (!only || more.length > 0 || !isMap(only[1])) return value;
  return { ...value, servers: { [only[0]]: { ...only[1], url: env.DS_WEB_URL } } };
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

interface ServerInput {
  readonly name: string;
  readonly server: ConfigFile["servers"][string];
  readonly settings: ConfigFile;
  readonly env: Environment;
  readonly yaml: YamlFile;
  readonly directory: string;
}

function toServer({ name, server, settings, env, yaml, directory }: ServerInput, problems: Problem[]): ServerConfig {
  const single = Object.keys(settings.servers).length === 1;
  const ca = checkServer({ name, server, directory, yaml, settings }, problems);
  const url = server.url ?? "";
  const minTls = server.tls.minVersion;
  return {
    name,
    url,
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
  };
}

/** What the file says of a server; its certificate's text. */
function checkServer(
  { name, server, directory, yaml, settings }: Omit<ServerInput, "env">,
  problems: Problem[],
): string | undefined {
  for (const { setting, sentence } of unsatisfiable(policyOf(name, server), knownPeople(settings, name)))
    problems.push({ where: yaml.where(["servers", name, ...setting.split(".")]), what: sentence });
  if (server.emergency && !settings.slack.operationsChannel)
    problems.push({
      where: yaml.where(["servers", name, "emergency"]),
      what: "nobody would be told of an emergency: expected slack.operationsChannel, e.g. operationsChannel: C0123456789",
    });
  if (server.url === undefined) {
    problems.push({
      where: yaml.where(["servers", name]),
      what: "url is missing: expected a URL, e.g. https://deploy.example.com:8443",
    });
  }
  if (server.caFile === undefined) return undefined;
  return readCertificate(resolve(directory, server.caFile), yaml.where(["servers", name, "caFile"]), problems);
}

export function readCertificate(path: string, where: string, problems: Problem[]): string | undefined {
  try {
    const pem = readFileSync(path, "utf8");
    new X509Certificate(pem);
    return pem;
  } catch {
    problems.push({
      where,
      what: `${path} cannot be read as a certificate: expected a PEM file, which begins with -----BEGIN CERTIFICATE-----, e.g. ./deploy-ca.pem`,
    });
    return undefined;
  }
}

function checkPeople(settings: ConfigFile, yaml: YamlFile, problems: Problem[]): void {
  for (const [id, byServer] of Object.entries(settings.people.mapping)) {
    for (const server of Object.keys(byServer)) {
      if (Object.hasOwn(settings.servers, server)) continue;
      problems.push({
        where: yaml.where(["people", "mapping", id, server]),
        what: `there is no server "${server}": expected one of ${Object.keys(settings.servers).join(", ")}, e.g. ${id}: {${Object.keys(settings.servers)[0]}: jdoe}`,
      });
    }
  }
}

function warningsOf({ name, url, minTls }: Pick<ServerConfig, "name" | "url" | "minTls">): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { protocol, hostname } = new URL(url);
  const here = hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
  const clear = protocol === "http:" && !here;
  const old = protocol === "https:" && (minTls === "TLSv1" || minTls === "TLSv1.1");
  return [
    ...(clear ? [`${name} is spoken to over http: its credentials cross the network in clear. Use https.`] : []),
    ...(old
      ? [
          `${name} is spoken to over TLS as old as ${minTls === "TLSv1" ? "1.0" : "1.1"}, which is broken: its credentials may be read. Upgrade the server, then take tls.minVersion out of the configuration.`,
        ]
      : []),
  ];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
