import type { Environment } from "./environment.ts";
import { ConfigError } from "./problem.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How much Drydock logs. Throws ConfigError. */
export function logLevelOf(env: Environment): LogLevel {
  const typed = env.LOG_LEVEL || "info";
  const level = LOG_LEVELS.find((known) => known === typed);
  if (level) return level;
  throw new ConfigError([
    {
      where: "environment, LOG_LEVEL",
      what: `expected one of ${LOG_LEVELS.join(", ")}, not ${JSON.stringify(typed.slice(0, 40))}, e.g. LOG_LEVEL=info`,
    },
  ]);
}
