import { unescape as decoded } from "node:querystring";
import { Secret } from "../core/secret.ts";
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
  const { url, directUrl } = ledger.database ?? {};
  const some = [ledger.key, key].filter((secret) => secret !== undefined);
  return [...slack, ...logins, ...old, ...some, ...[url, directUrl].flatMap(passwordsIn)];
}

/** As the address has it, and as people know it. */
function passwordsIn(address: Secret | undefined): readonly Secret[] {
  const password = address && new URL(address.reveal()).password;
  return password ? [password, decoded(password)].map((text) => new Secret(text)) : [];
}
