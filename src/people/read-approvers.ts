import type { People } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError } from "../model/deploy-server.ts";
import type { LostApproval, LostReason } from "../model/rollout/lost-approval.ts";
import { approvalsWanted, givenApprovals } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Party } from "../model/rollout/rollout-parts.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Authorize } from "./authorize.ts";

export interface ApproversReading {
  /** Whose approvals were read: nobody's where the rollout wants none. */
  readonly approvers: readonly Party[];
  /** Of these those that could not be given now. */
  readonly lost: readonly LostApproval[];
}

/** Whether those who approved a rollout could do so now. Throws SlackError and ServerError where that cannot be told. */
export type ReadApprovers = (server: ManagedServer, rollout: Rollout) => Promise<ApproversReading>;

export function createReadApprovers(ports: {
  readonly people: People;
  readonly authorize: Pick<Authorize, "asApprover">;
}): ReadApprovers {
  const { people, authorize } = ports;

  async function reasonOf(
    server: ManagedServer,
    { policy }: Rollout,
    { person, user }: Party,
  ): Promise<LostReason | undefined> {
    try {
      const { identity, lacks } = await authorize.asApprover(server, person, policy, { fresh: "now", byOthers: true });
      return identity.user.id === user.id ? lacks?.why : "other-account";
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (isUntold(error)) throw new ServerError("unreadable", error.message);
      const reason = GONE[error.code];
      if (reason) return reason;
      const kind = (await people.person(person))?.kind;
      if (kind === "deleted") return "deactivated";
      return kind === "guest" ? "guest" : "outsider";
    }
  }

  return async (server, rollout) => {
    if (approvalsWanted(rollout, server.policy) === 0) return { approvers: [], lost: [] };
    const approvers = givenApprovals(rollout, server.policy);
    const reasons = await Promise.all(approvers.map((approver) => reasonOf(server, rollout, approver)));
    const lost = approvers.flatMap(({ person, user }, i) => {
      const why = reasons[i];
      return why ? [{ by: person, user, why }] : [];
    });
    return { approvers, lost };
  };
}

/** Whether the server did not tell who somebody is, or what they may do: that is no loss of anything. */
export function isUntold({ code }: UserError): boolean {
  return code === "account-unreadable" || code === "rights-unreadable";
}

const GONE: Readonly<Record<string, LostReason>> = {
  "not-mapped": "no-account",
  "email-not-found": "no-account",
  "email-ambiguous": "no-account",
  "account-not-found": "no-account",
  "account-inactive": "locked",
  "account-changed": "other-account",
  "account-mismatch": "other-account",
};
