import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";

/**
 * How it is known whose a token is: the server itself said so by a configured call, or it shows exactly the rights of the user that
 * somebody was mapped to by hand, which two people can share.
 */
export type TokenProof = "server" | "rights";

/** Events of `person.<Slack id>`: who they are on a server, what they asked and what they were told. */
export type PersonEvent =
  | {
      readonly type: "identity.pinned";
      readonly data: { readonly server: string; readonly user: AgentRef; readonly via: "mapping" | "email" };
    }
  /** A token of their own is kept from now on, apart from the ledger; it takes the place of an earlier one. */
  | {
      readonly type: "token.linked";
      readonly data: { readonly server: string; readonly user: AgentRef; readonly proof: TokenProof };
    }
  /** It was destroyed: they wanted that, left the workspace, or own tokens were switched off. */
  | {
      readonly type: "token.unlinked";
      readonly data: { readonly server: string; readonly why: "asked" | "left" | "off" };
    }
  /** It was destroyed because it is of no use any more. */
  | { readonly type: "token.failed"; readonly data: { readonly server: string; readonly why: Cause } }
  | { readonly type: "person.asked"; readonly data: { readonly command: string; readonly channel: string } }
  /** `key` is that of the message; older ledgers have none. */
  | { readonly type: "person.told"; readonly data: { readonly key?: string; readonly text: string } }
  /** The same refusal, again and again: counted instead of written down each time. */
  | {
      readonly type: "person.refused";
      readonly data: { readonly key?: string; readonly text: string; readonly times: number };
    };
