import { readFileSync } from "node:fs";
import type { Environment } from "./environment.ts";
import { ConfigError, type Problem } from "./problem.ts";

/** Every variable that may be given as a file: the secrets, and the users that containers keep beside their passwords. */
const FROM_FILES =
  /^(SLACK_(BOT_TOKEN|APP_TOKEN|SIGNING_SECRET)|DATABASE_URL(_DIRECT)?|DRYDOCK_(LEDGER|TOKEN)_KEY(_OLD)?|DS_(AUTH_TOKEN|USERNAME|PASSWORD)|DRYDOCK_\w+_(TOKEN|USERNAME|PASSWORD))_FILE$/;

/** The environment with the content of `X_FILE` as X. Throws ConfigError with every file that cannot be used. */
export function withSecretFiles(env: Environment): Environment {
  const problems: Problem[] = [];
  const read = Object.entries(env).flatMap(([variable, file]) => {
    if (!file || !FROM_FILES.test(variable)) return [];
    const name = variable.slice(0, -"_FILE".length);
    const secret = env[name] ? { what: `${name} is set too: expected one of the two` } : readSecret(file);
    if (typeof secret === "string") return [[name, secret] as const];
    problems.push({ where: `environment, ${variable}`, what: secret.what });
    return [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...env, ...Object.fromEntries(read) };
}

/** The secret, or what is wrong with its file: without its content. */
function readSecret(file: string): string | Pick<Problem, "what"> {
  const expected = "expected a file with the secret alone in it";
  try {
    const content = readFileSync(file, "utf8").trim();
    if (content === "") return { what: `${file} is empty: ${expected}` };
    return content.includes("\n") ? { what: `${file} has several lines: ${expected}` } : content;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    return { what: `${file} cannot be read${code}: ${expected}` };
  }
}
