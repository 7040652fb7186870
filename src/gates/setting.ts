import type { ZodType } from "zod";
import type { Policy } from "../model/policy.ts";
import type { Text } from "./text.ts";

/** A gate's own setting. Configuration, JSON schema, documentation and `/agents policy` take it from the list of gates. */
export interface Setting<S> {
  /** Its name in the configuration of a server. */
  readonly key: string;
  /** What the file may hold: other than a default, with a sentence that says what was expected. */
  readonly schema: ZodType<S | undefined>;
  readonly fallback: S;
  /** One line of documentation. */
  readonly doc: string;
  /** The rule in words; undefined: there is none at this value. */
  words(value: S): Text | undefined;
}

/** What holds on a server. A policy holds only what is not the default, so that a new setting changes no hash. */
export function settingOf<S>({ key, fallback }: Setting<S>, policy: Policy): S {
  return Object.hasOwn(policy.own ?? {}, key) ? (policy.own?.[key] as S) : fallback;
}
