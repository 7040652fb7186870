import type { ZodType } from "zod";
import type { Policy } from "../model/policy.ts";
import { SETTINGS } from "./index.ts";
import { type Setting, type SettingField, settingOf } from "./setting.ts";
import type { Text } from "./text.ts";

/** What a server's part of the configuration may hold besides. */
export const settingSchemas: Readonly<Record<string, ZodType>> = Object.fromEntries(
  SETTINGS.map(({ key, schema }) => [key, schema]),
);

/** What a server's part of the configuration says about gates, as its policy holds it. */
export function ownSettings(
  server: Readonly<Record<string, unknown>>,
): Pick<Policy, SettingField> & Pick<Policy, "own"> {
  const written = ({ key, fallback }: Setting<unknown>) => server[key] ?? fallback;
  const fields = SETTINGS.filter(({ isField }) => isField).map((setting) => [setting.key, written(setting)]);
  const own = SETTINGS.flatMap((setting): [string, unknown][] => {
    const value = written(setting);
    return setting.isField || value === setting.fallback ? [] : [[setting.key, value]];
  });
  return { ...Object.fromEntries(fields), ...(own.length > 0 ? { own: Object.fromEntries(own) } : {}) };
}

/** The rules that they make, in words. A policy that an older ledger holds made no rule of a setting that it lacks. */
export function ownRules(policy: Policy): readonly Text[] {
  return SETTINGS.flatMap((setting) => {
    const value: unknown = settingOf(setting, policy);
    return value === undefined ? [] : setting.words(value, policy);
  });
}

/** What each of them means, by its path in the configuration file. */
export function settingSummaries(): Readonly<Record<string, string>> {
  const lines = SETTINGS.flatMap(({ key, doc }): [string, string][] =>
    typeof doc === "string" ? [[key, doc]] : Object.entries(doc).map(([part, line]) => [`${key}.${part}`, line]),
  );
  return Object.fromEntries(lines.map(([path, line]) => [`servers.*.${path}`, line]));
}
