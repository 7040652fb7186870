import type { ZodType } from "zod";
import type { Policy } from "../model/policy.ts";
import { SETTINGS } from "./index.ts";
import { settingOf } from "./setting.ts";
import type { Text } from "./text.ts";

/** What a server's part of the configuration may hold besides. */
export const settingSchemas: Readonly<Record<string, ZodType>> = Object.fromEntries(
  SETTINGS.map(({ key, schema }) => [key, schema]),
);

/** Of these settings what is not the default. */
export function ownSettings(server: Readonly<Record<string, unknown>>): Pick<Policy, "own"> {
  const own = SETTINGS.flatMap(({ key, fallback }): [string, unknown][] => {
    const value = server[key];
    return value === undefined || value === fallback ? [] : [[key, value]];
  });
  return own.length > 0 ? { own: Object.fromEntries(own) } : {};
}

/** The rules that they make, in words. */
export function ownRules(policy: Policy): readonly Text[] {
  return SETTINGS.flatMap((setting) => {
    const words = setting.words(settingOf(setting, policy));
    return words ? [words] : [];
  });
}

/** What each of them means, by its path in the configuration file. */
export function settingSummaries(): Readonly<Record<string, string>> {
  return Object.fromEntries(SETTINGS.map(({ key, doc }) => [`servers.*.${key}`, doc]));
}
