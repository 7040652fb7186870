import type { Credentials } from "./config.ts";
import type { Problem } from "./problem.ts";
import { Secret } from "./secret.ts";

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
  else if (!value.startsWith(prefix))
    problems.push({ where: `environment, ${name}`, what: `expected ${what}, which begins with ${prefix}` });
  return new Secret(value);
}

export function ledgerSecret(env: Environment, problems: Problem[]): Secret | undefined {
  const value = env.DRYDOCK_LEDGER_KEY;
  if (value === undefined || value === "") return undefined;
  if (value.length < 32) {
    problems.push({
      where: "environment, DRYDOCK_LEDGER_KEY",
      what: `expected at least 32 characters, not ${value.length}, e.g. what openssl rand -hex 32 prints`,
    });
  }
  return new Secret(value);
}

/** A server's user and password, or its token: from DRYDOCK_<NAME>_…, for a single server also from the names that its own client uses. */
export function credentialsOf(
  env: Environment,
  server: { readonly name: string; readonly username: string | undefined; readonly single: boolean },
  problems: Problem[],
): Credentials {
  const prefix = `DRYDOCK_${server.name.toUpperCase().replaceAll("-", "_")}`;
  const pick = (own: string, common: string) =>
    env[`${prefix}_${own}`] || (server.single ? env[common] : undefined) || undefined;
  const user = pick("USERNAME", "DS_USERNAME") ?? server.username;
  const password = pick("PASSWORD", "DS_PASSWORD");
  const token = pick("TOKEN", "DS_AUTH_TOKEN");
  const where = `environment, ${prefix}_TOKEN`;
  const example = `e.g. ${prefix}_TOKEN=…, or ${prefix}_USERNAME=drydock and ${prefix}_PASSWORD=…`;
  if (token !== undefined && password !== undefined) {
    problems.push({
      where,
      what: `both a token and a password are set for ${server.name}: expected one of the two, ${example}`,
    });
  }
  if (token !== undefined) return { kind: "token", token: new Secret(token) };
  if (password !== undefined && user !== undefined) return { kind: "basic", user, password: new Secret(password) };
  const lacking = password !== undefined ? "a password, but no user" : "no credentials";
  problems.push({
    where,
    what: `there are ${lacking} for ${server.name}: expected a token, or a user and a password, ${example}`,
  });
  return { kind: "token", token: new Secret("") };
}
