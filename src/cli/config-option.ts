import type { Environment } from "../config/environment.ts";

/** The option of every command that reads the configuration. */
export const CONFIG = {
  config: {
    type: "string",
    short: "c",
    hint: "FILE",
    summary: "the configuration (default: DRYDOCK_CONFIG from the environment, else drydock.yml)",
  },
} as const;

export function configFile(values: { readonly config: string | undefined }, env: Environment): string {
  return values.config ?? (env.DRYDOCK_CONFIG || "drydock.yml");
}
