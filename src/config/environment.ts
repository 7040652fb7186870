import { Secret } from "../core/secret.ts";
import type { Credentials, Database, TokenKeys } from "./config.ts";
import type { Problem } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that has to be there and to look right; its value is never shown. */
export function requiredSecret(
  env: Environment,
  name: string,
  prefix: string,
  what: string,
  problems: Problem[],
): Secret {
  const value = env[name]?.trim() ?? "";
  if (value === "")
    problems.push({ where: `environment, ${name}`, what: `missing: expected ${what}, e.g. ${name}=${prefix}…` });
  else if (isPlaceholder(value.slice(prefix.length))) problems.push(stillExample(name));
  else if (!value.startsWith(prefix))
    problems.push({ where: `environment, ${name}`, what: `expected ${what}, which begins with ${prefix}` });
  else if (/[^!-~]/.test(value))
    problems.push({
      where: `environment, ${name}`,
      what: `expected ${what} alone, without spaces, line breaks or special characters, e.g. ${name}=${prefix}…`,
    });
  return new Secret(value);
}

/** Pasted as it stands in the documentation. */
function isPlaceholder(value: string): boolean {
  return value === "…" || value === "...";
}

function stillExample(name: string): Problem {
  return { where: `environment, ${name}`, what: "this is still the example's value (…): expected your own" };
}

export function ledgerSecret(env: Environment, problems: Problem[]): Secret | undefined {
  const value = env.DRYDOCK_LEDGER_KEY;
  if (value === undefined || value === "") return undefined;
  if (value.length < 32) {
    problems.push({
      where: "environment, DRYDOCK_LEDGER_KEY",
      what: `expected at least 32 characters, not ${value.length}. Leave it out: Drydock keeps its key in a file then, or set what openssl rand -hex 32 printed once`,
    });
  }
  return new Secret(value);
}

/** Where PostgreSQL is; undefined = the ledger is in a file. The URLs hold a password. */
export function databaseSecrets(env: Environment, problems: Problem[]): Database | undefined {
  const read = (name: "DATABASE_URL" | "DATABASE_URL_DIRECT"): Secret | undefined => {
    const value = env[name]?.trim();
    if (!value) return undefined;
    if (!/^postgres(ql)?:\/\/\S+$/.test(value) || !URL.canParse(value))
      problems.push({
        where: `environment, ${name}`,
        what: "expected the URL of a PostgreSQL database, e.g. postgresql://drydock:…@db.example.com:5432/drydock",
      });
    return new Secret(value);
  };
  const [url, directUrl] = [read("DATABASE_URL"), read("DATABASE_URL_DIRECT")];
  if (directUrl && !url)
    problems.push({
      where: "environment, DATABASE_URL",
      what: "missing, and DATABASE_URL_DIRECT needs it: expected the URL of the same database, e.g. postgresql://drydock:…@db.example.com:5432/drydock",
    });
  return url && { url, directUrl };
}

/** The key for people's own tokens, and those that it took the place of. */
export function tokenKeys(env: Environment, problems: Problem[]): TokenKeys {
  const read = (name: string, value: string): Secret => {
    const hex = keyIn(value.trim());
    if (hex === undefined)
      problems.push({
        where: `environment, ${name}`,
        what: "expected 32 bytes in hex or base64, e.g. what openssl rand -hex 32 printed once",
      });
    return new Secret(hex ?? "");
  };
  const { DRYDOCK_TOKEN_KEY: key = "", DRYDOCK_TOKEN_KEY_OLD: old = "" } = env;
  if (key.trim() === "") {
    problems.push({
      where: "environment, DRYDOCK_TOKEN_KEY",
      what: "missing, and people.ownTokens needs it: expected the key that encrypts people's own tokens, 32 bytes in hex or base64, e.g. what openssl rand -hex 32 printed once",
    });
    return { key: new Secret(""), old: [] };
  }
  const olds = old.split(",").filter((one) => one.trim() !== "");
  return { key: read("DRYDOCK_TOKEN_KEY", key), old: olds.map((one) => read("DRYDOCK_TOKEN_KEY_OLD", one)) };
}

/** 32 bytes in hex; undefined where it is not that many. */
function keyIn(written: string): string | undefined {
  if (/^[0-9a-f]{64}$/i.test(written)) return written.toLowerCase();
  if (!/^[\w+/-]{43}=?$/.test(written)) return undefined;
  return Buffer.from(written, "base64").toString("hex");
}

/**
 * A server's user and password, or its token: from DRYDOCK_<NAME>_…. A single server's may have the names that its own client uses
 * instead, which may also be set for a client that runs beside Drydock.
 */
export function credentialsOf(
  env: Environment,
  server: { readonly name: string; readonly username: string | undefined; readonly single: boolean },
  problems: Problem[],
): Credentials {
  const prefix = `DRYDOCK_${server.name.toUpperCase().replaceAll("-", "_")}`;
  // A secret that somebody makes from a file, as for Kubernetes, may end with the file's line break: nobody can type that as a password.
  const read = (name: string) => env[name]?.replace(/[\r\n]+$/, "") || undefined;
  const hasOwn = Boolean(read(`${prefix}_TOKEN`) || read(`${prefix}_PASSWORD`));
  const nameOf = (own: string, common: string) => {
    const names = [`${prefix}_${own}`, ...(server.single && !hasOwn ? [common] : [])];
    return names.find(read) ?? `${prefix}_${own}`;
  };
  const vendors = server.single ? read("DS_USERNAME") : undefined;
  // Beside the server's own password, DS_USERNAME is probably the account of another program.
  const user = read(`${prefix}_USERNAME`) || (hasOwn ? server.username || vendors : vendors || server.username);
  const passwordName = nameOf("PASSWORD", "DS_PASSWORD");
  const tokenName = nameOf("TOKEN", "DS_AUTH_TOKEN");
  const [password, token] = [read(passwordName), read(tokenName)];
  const where = `environment, ${tokenName}`;
  const example = `e.g. ${prefix}_TOKEN=…, or ${prefix}_USERNAME=drydock and ${prefix}_PASSWORD=…`;
  if (token !== undefined && password !== undefined) {
    problems.push({
      where,
      what: `both a token and a password are set for ${server.name} (${tokenName} and ${passwordName}): expected one of the two, ${example}`,
    });
  }
  for (const name of [tokenName, passwordName]) if (isPlaceholder(read(name) ?? "")) problems.push(stillExample(name));
  if (token !== undefined) return { kind: "token", token: new Secret(token), variable: tokenName };
  if (password !== undefined && user !== undefined)
    return { kind: "basic", user, password: new Secret(password), variable: passwordName };
  const lacking = password !== undefined ? "a password, but no user" : "no credentials";
  problems.push({
    where,
    what: `there are ${lacking} for ${server.name}: expected a token, or a user and a password, ${example}`,
  });
  return { kind: "token", token: new Secret(""), variable: tokenName };
}
