import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { unsatisfiable } from "../gates/unsatisfiable.ts";
import { normalAddress } from "../model/server/normal-address.ts";
import type { ServerConfig } from "./config.ts";
import { knownPeople, policyOf } from "./policy-of.ts";
import type { Problem } from "./problem.ts";
import type { ConfigFile } from "./schema.ts";
import type { YamlFile } from "./yaml-file.ts";

export interface ServerInput {
  readonly name: string;
  readonly server: ConfigFile["servers"][string];
  readonly settings: ConfigFile;
  readonly yaml: YamlFile;
  readonly directory: string;
}

/** What the file says of a server; its certificate's text. */
export function checkServer(
  { name, server, directory, yaml, settings }: ServerInput,
  problems: Problem[],
): string | undefined {
  const policy = policyOf(name, server);
  for (const { setting, sentence } of unsatisfiable(policy, knownPeople(settings, name)))
    problems.push({ where: yaml.where(["servers", name, ...setting.split(".")]), what: sentence });
  if (policy.emergency && !settings.slack.operationsChannel)
    problems.push({
      where: yaml.where(["servers", name, "emergency"]),
      what: "no one would hear of an emergency: expected slack.operationsChannel, e.g. operationsChannel: C0123456789",
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
      what: `Drydock cannot read ${path} as a certificate: expected a PEM file, which begins with -----BEGIN CERTIFICATE-----, e.g. ./deploy-ca.pem`,
    });
    return undefined;
  }
}

/** Two names for one server would share neither its slots nor its approvals. A clone has another address. */
export function checkAddresses({ servers }: ConfigFile, yaml: YamlFile, problems: Problem[]): void {
  const known = new Map<string, string>();
  for (const [name, { url }] of Object.entries(servers)) {
    const address = normalAddress(url ?? "");
    if (address === undefined) continue;
    const before = known.get(address);
    if (before === undefined) known.set(address, name);
    else
      problems.push({
        where: yaml.where(["servers", name, "url"]),
        what: `${name} is the same server as ${before}, so more than ten of its agents could be upgraded at once. Expected one name for both, or the other server's own address`,
      });
  }
}

export function checkPeople(settings: ConfigFile, yaml: YamlFile, problems: Problem[]): void {
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

/** Of two entries for one channel only one can count, so they have to say the same. */
export function checkChannels({ slack }: ConfigFile, yaml: YamlFile, problems: Problem[]): void {
  const [listed, operations] = [slack.channels, slack.operationsChannel];
  const entries = [
    ...listed.map((channel, i) => ({ channel, path: ["slack", "channels", i] })),
    ...(operations ? [{ channel: operations, path: ["slack", "operationsChannel"] }] : []),
  ];
  for (const { channel, path } of entries) {
    const first = entries.find((entry) => entry.channel.id === channel.id)?.channel ?? channel;
    if (first.shared === channel.shared && first.guests === channel.guests) continue;
    problems.push({
      where: yaml.where(path),
      what: `${channel.id} is listed twice, and the entries differ: expected one entry, or the same \`shared\` and \`guests\` in both`,
    });
  }
}

export function warningsOf({ name, url, minTls }: Pick<ServerConfig, "name" | "url" | "minTls">): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { protocol, hostname } = new URL(url);
  const here = hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
  const clear = protocol === "http:" && !here;
  const old = protocol === "https:" && (minTls === "TLSv1" || minTls === "TLSv1.1");
  return [
    ...(clear ? [`${name} uses http: its credentials cross the network unencrypted. Use https.`] : []),
    ...(old
      ? [
          `${name} may use TLS ${minTls === "TLSv1" ? "1.0" : "1.1"}, which is broken: others may read its credentials. Upgrade the server, then delete tls.minVersion from the configuration.`,
        ]
      : []),
  ];
}
