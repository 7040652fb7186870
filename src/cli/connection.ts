import { readCertificate } from "../config/check-server.ts";
import type { Credentials } from "../config/config.ts";
import { credentialsOf, type Environment } from "../config/environment.ts";
import type { Problem } from "../config/problem.ts";
import { UsageError } from "./usage-error.ts";

/** A server that is read without a configuration file. The account comes from the environment, never from the arguments. */
export interface Connection {
  readonly url: string;
  readonly ca: string | undefined;
  readonly credentials: Credentials;
  /** The account's name, if it is known. */
  readonly user: string | undefined;
}

export const CONNECTION = {
  url: { type: "string", hint: "URL", summary: "the server (default: DS_WEB_URL from the environment)" },
  ca: { type: "string", hint: "FILE", summary: "a certificate to trust, as PEM" },
} as const;

export const CONNECTION_NOTES = [
  "It only reads (GET requests), and needs neither Slack nor a configuration.",
  "The account comes from the environment: DS_USERNAME and DS_PASSWORD, or DS_AUTH_TOKEN.",
] as const;

const EXAMPLE = "Example: --url https://deploy.example.com:8443";

/** Throws UsageError. */
export function readConnection(
  given: { readonly url: string | undefined; readonly ca: string | undefined },
  env: Environment,
): Connection {
  const url = given.url ?? (env.DS_WEB_URL || undefined);
  if (url === undefined) throw new UsageError(`Name the server: --url, or DS_WEB_URL in the environment. ${EXAMPLE}`);
  // What was typed may hold a password: it is not repeated.
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--url takes a URL that begins with https:// or http://. ${EXAMPLE}`);
  if (new URL(url).password !== "")
    throw new UsageError(
      "A password does not belong in the URL: set DS_USERNAME and DS_PASSWORD in the environment instead.",
    );
  const problems: Problem[] = [];
  const credentials = credentialsOf(env, { name: "server", username: undefined, single: true }, problems);
  if (problems.length > 0)
    throw new UsageError(
      "Set the account that reads in the environment: DS_USERNAME and DS_PASSWORD, or DS_AUTH_TOKEN, not both.",
    );
  const ca = given.ca === undefined ? undefined : readCertificate(given.ca, "--ca", problems);
  const [problem] = problems;
  if (problem) throw new UsageError(`${problem.where}: ${problem.what}`);
  return { url, ca, credentials, user: credentials.kind === "basic" ? credentials.user : env.DS_USERNAME };
}
