/** What a person on Drydock's host asks through the socket beside the ledger. */
export interface OperatorCall {
  /** The name of their account on the host. */
  readonly user: string;
  readonly verb: "pause" | "stop";
  /** One rollout by its id, or all of a server, or all. */
  readonly which: { readonly rollout: string } | { readonly server: string } | "all";
}

export type OperatorReply =
  | { readonly done: true; readonly text: string; readonly rollouts: readonly string[] }
  /** `reason`: the kind of refusal, in kebab-case. */
  | { readonly done: false; readonly text: string; readonly reason: string };

/** Never throws: whatever goes wrong becomes a reply. */
export type AnswerOperator = (call: OperatorCall) => Promise<OperatorReply>;

/** How accounts on a host are called. Where an account has no name, its number stands for it: `uid 1001`. */
export const OPERATOR_NAME = /^\w[\w.@+$ -]{0,62}[\w$]$|^\w$/;

const PREFIX = "operator:";

/** As whom the ledger knows a person on the host. */
export function operatorActor(user: string): string {
  return `${PREFIX}${user}`;
}

/** The name of the account on the host; undefined if the actor is a person in Slack, or Drydock. */
export function operatorName(actor: string): string | undefined {
  return actor.startsWith(PREFIX) ? actor.slice(PREFIX.length) : undefined;
}
