import { count } from "../../core/format.ts";
import { data, type Line } from "../../core/view.ts";
import { describePolicy } from "../../gates/describe-policy.ts";
import type { Blocked } from "../../gates/gate.ts";
import { phraseOf } from "../../gates/index.ts";
import type { Policy } from "../../model/policy.ts";

export interface ServerRules {
  /** The rules that the person may know. */
  readonly policy: Policy;
  /** How many others there are, each about one agent. */
  readonly hidden: number;
  readonly warnings: readonly string[];
  /** Why the server would take no request now. */
  readonly blocked: readonly Blocked[];
}

/** The rules of one server in words. */
export function policyLines({ policy, hidden, warnings, blocked }: ServerRules): readonly Line[] {
  return [
    [{ bold: policy.server }],
    ...describePolicy(policy).map((sentence): Line => ["• ", ...sentence]),
    ...(hidden > 0 ? [[`• Never upgraded: ${count(hidden, "agent")} that you may not view.`]] : []),
    ...warnings.map((warning): Line => [`• Warning: ${warning}`]),
    ...blocked.map((found): Line => ["• ", ...phraseOf(found)]),
  ];
}

/** Of a server that has no user for the person. */
export function unknownLine(server: string, word: string): Line {
  return [{ bold: server }, ": this server does not know you. See ", data(`${word} whoami`), "."];
}
