import { type Clock, SlackError } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import { ServerError } from "../../model/deploy-server.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { PeopleSettings } from "../../people/identity.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { Scope } from "./doctor.ts";

/** How long one server may keep the answer waiting, in ms. */
const TIMEOUT = 3_000;

/** What doctor examines for a person: everything for those on call, a server for its approvers. Throws UserError if that is nothing. */
export async function doctorScope(
  servers: readonly ManagedServer[],
  person: string,
  ports: { readonly people: PeopleSettings; readonly authorize: Pick<Authorize, "asApprover">; readonly clock: Clock },
): Promise<Scope> {
  if (ports.people.onCall.includes(person)) return { servers, own: true };
  const may = await Promise.all(
    servers.map((server) => withTimeout(ports.clock, TIMEOUT, isApprover(server, person, ports.authorize))),
  );
  const visible = servers.filter((_server, i) => may[i] === true);
  if (visible.length === 0)
    throw new UserError("not-for-doctor", [
      "Only people on call and approvers may ask doctor, because it names people and settings.",
      ...(ports.people.onCall.length > 0 ? [" On call: "] : []),
      ...ports.people.onCall.flatMap((one, i) => [...(i === 0 ? [] : [", "]), { person: one }]),
    ]);
  return { servers: visible, own: false };
}

async function isApprover(
  server: ManagedServer,
  person: string,
  authorize: Pick<Authorize, "asApprover">,
): Promise<boolean> {
  // For those who are listed by name, no server has to answer.
  if (server.policy.approvers.people.includes(person)) return true;
  try {
    return (await authorize.asApprover(server, person, undefined, { fresh: "press" })).lacks === undefined;
  } catch (error) {
    if ([UserError, ServerError, SlackError].some((known) => error instanceof known)) return false;
    throw error;
  }
}
