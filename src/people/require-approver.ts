import { UserError } from "../core/user-error.ts";
import type { Policy } from "../model/policy.ts";
import { notApproverText } from "../phrases/not-approver-text.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Authorize } from "./authorize.ts";
import type { Identity } from "./identity.ts";

/** The approver's identity, at a press. Throws a UserError that says what is missing and who can help. */
export async function requireApprover(
  authorize: Pick<Authorize, "asApprover">,
  server: ManagedServer,
  person: string,
  asked: Policy | undefined,
): Promise<Identity> {
  const { identity, lacks } = await authorize.asApprover(server, person, asked);
  if (!lacks) return identity;
  const { name } = identity.user;
  throw new UserError("not-approver", notApproverText({ ...lacks, user: name, server: server.name }));
}
