import { readCertificate } from "../config/check-server.ts";
import type { Credentials } from "../config/config.ts";
import { credentialsOf, type Environment } from "../config/environment.ts";
import type { Problem } from "../config/problem.ts";
import { takeOption, UsageError } from "./usage.ts";

/** A server as `plan` and `probe` are told of it: no configuration file, no secrets in the arguments. */
export interface Connection {
  readonly url: string;
  readonly ca: string | undefined;
  readonly credentials: Credentials;
  /** The account's name, where it is known. */
  readonly user: string | undefined;
  readonly rest: readonly string[];
}

export function readConnection(words: readonly string[], env: Environment): Connection {
  const { value: given, rest } = takeOption(words, "url");
  const { value: caFile, rest: others } = takeOption(rest, "ca");
  const url = given ?? env.DS_WEB_URL;
  const example = "Example: --url https://deploy.example.com:8443";
  if (url === undefined) throw new UsageError(`Say which server: --url, or DS_WEB_URL in the environment. ${example}`);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(
      `--url wants a URL that begins with https:// or http://, not "${url.slice(0, 100)}". ${example}`,
    );
  if (new URL(url).password !== "")
    throw new UsageError(
      "A password does not belong into the URL: set DS_USERNAME and DS_PASSWORD in the environment.",
    );
  const problems: Problem[] = [];
  const credentials = credentialsOf(env, { name: "server", username: undefined, single: true }, problems);
  if (problems.length > 0)
    throw new UsageError(
      "Set DS_USERNAME and DS_PASSWORD, or DS_AUTH_TOKEN, in the environment: the account that reads.",
    );
  const ca = caFile === undefined ? undefined : readCertificate(caFile, "--ca", problems);
  const [problem] = problems;
  if (problem) throw new UsageError(`${problem.where}: ${problem.what}`);
  return {
    url,
    ca,
    credentials,
    user: credentials.kind === "basic" ? credentials.user : env.DS_USERNAME,
    rest: others,
  };
}
