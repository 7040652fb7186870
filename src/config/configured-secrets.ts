import type { Secret } from "../core/secret.ts";
import type { Config } from "./config.ts";

/** All tokens, passwords and keys that the configuration holds. */
export function configuredSecrets({
  ledger,
  slack: { botToken, incoming },
  servers,
  ownTokens,
}: Config): readonly Secret[] {
  const { key, old } = ownTokens ?? { key: undefined, old: [] };
  const logins = servers.map(({ credentials }) =>
    credentials.kind === "token" ? credentials.token : credentials.password,
  );
  const slack = [botToken, incoming.mode === "http" ? incoming.signingSecret : incoming.appToken];
  return [...slack, ...logins, ...old, ...[ledger.key, key].filter((secret) => secret !== undefined)];
}
