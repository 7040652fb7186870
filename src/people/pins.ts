import type { AgentRef } from "../core/agent-ref.ts";
import { createSingleFlight } from "../core/single-flight.ts";
import { UserError } from "../core/user-error.ts";
import { createGroupCommit } from "../projections/group-commit.ts";
import type { Pin } from "../projections/kept-state.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** The account that was found for a person on a server. */
interface FoundAccount {
  readonly server: ManagedServer;
  readonly slackId: string;
  readonly user: AgentRef;
  readonly via: Pin["via"];
  /** The account's id by the configuration, where that has it. */
  readonly knownId: string | undefined;
}

/** Which account each person has on a server: the first that was found is recorded, and no other is taken for it. */
export interface Pins {
  /** Throws a UserError where the person had another account until now. */
  check(found: FoundAccount): void;
  /** The same, and records an account that is new. */
  record(found: FoundAccount): Promise<void>;
}

export function createPins(projections: Pick<Projections, "pin" | "change">): Pins {
  const change = createGroupCommit(projections);
  const recording = createSingleFlight<void>();

  function judge({ server, slackId, user, via, knownId }: FoundAccount): "known" | "new" | "changed" {
    const pin = projections.pin(slackId, server.name);
    if (pin?.user.id === user.id) return "known";
    // With a new name in the mapping, or an id in it, the platform team confirms the account. A new id under the same name is another person's account.
    const renewed = via === "mapping" && (knownId === user.id || pin?.via === "email" || pin?.user.name !== user.name);
    return pin && !renewed ? "changed" : "new";
  }

  function check(found: FoundAccount): void {
    if (judge(found) !== "changed") return;
    const { server, slackId } = found;
    throw new UserError(
      "account-changed",
      `You were ${projections.pin(slackId, server.name)?.user.name} on ${server.name} until now, and the account found for you today is another one. ` +
        `Until the platform team confirms it (people.mapping.${slackId}.${server.name} with the account's id), you have no rights there.`,
    );
  }

  return {
    check,
    async record(found) {
      const { server, slackId, user, via } = found;
      const event = { type: "identity.pinned", data: { server: server.name, user, via } } as const;
      const write = () =>
        change(() =>
          judge(found) === "new" ? [{ stream: `person.${slackId}`, actor: "drydock", events: [event] }] : [],
        );
      // Another account of theirs may be recorded first, here or by another replica: then this one is judged again.
      for (check(found); judge(found) !== "known"; check(found)) await recording(`${slackId} ${server.name}`, write);
    },
  };
}
