import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";
import type { StoredEvent } from "../events.ts";
import type { TokenProof } from "./person-events.ts";

/** Where somebody's own token for a server stands, folded from their stream. */
export interface OwnToken {
  readonly person: string;
  readonly server: string;
  readonly user: AgentRef;
  readonly proof: TokenProof;
  readonly since: number;
  /** Why it is of no use any more; undefined while it is. Nothing is done for the person with another account until they say so. */
  readonly failed: Cause | undefined;
}

/** The token after an event of `person.<Slack id>`; undefined where there is none. */
export function evolveToken(person: string, before: OwnToken | undefined, event: StoredEvent): OwnToken | undefined {
  switch (event.type) {
    case "token.linked": {
      const { server, user, proof } = event.data;
      return { person, server, user, proof, since: event.at, failed: undefined };
    }
    case "token.failed":
      return before && { ...before, failed: event.data.why };
    case "token.unlinked":
      return undefined;
    default:
      return before;
  }
}
