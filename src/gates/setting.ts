import type { ZodType } from "zod";
import type { Policy } from "../model/policy.ts";
import type { Text } from "./text.ts";

/** A gate's own setting. Configuration, JSON schema, documentation and `/agents policy` take it from the list of gates. */
export interface Setting<S> {
  /** Its name in the configuration of a server. */
  readonly key: string;
  /** Whether a policy has a field of that name for it, as since before gates brought settings; otherwise it is in `own`. */
  readonly isField: boolean;
  /** What the file may hold: other than a default, with a sentence that says what was expected. */
  readonly schema: ZodType<S | undefined>;
  readonly fallback: S;
  /** One line of documentation; where it has parts, one for each of them. */
  readonly doc: string | Readonly<Record<string, string>>;
  /** The rules that it makes, in words. */
  words(value: S, policy: Policy): readonly Text[];
}

/** Fields of a policy that settings of gates fill. */
export type SettingField =
  | "reasonRequired"
  | "maxAgents"
  | "canaryMin"
  | "canaryHold"
  | "breaker"
  | "dangerous"
  | "emergency"
  | "whenBusy"
  | "never"
  | "unsupportedPlatforms";

/** A setting with a field of its own in the policy. */
export function fieldSetting<K extends SettingField>(
  key: K,
  given: Omit<Setting<Policy[K]>, "key" | "isField">,
): Setting<Policy[K]> {
  return { key, isField: true, ...given };
}

/** What holds on a server. `own` holds only what is not the default, so that a new setting changes no hash. */
export function settingOf<S>({ key, fallback, isField }: Setting<S>, policy: Policy): S {
  if (isField) return policy[key as SettingField] as S;
  return Object.hasOwn(policy.own ?? {}, key) ? (policy.own?.[key] as S) : fallback;
}
