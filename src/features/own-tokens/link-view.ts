import type { AgentRef } from "../../core/agent-ref.ts";
import { data, type Line, type Modal } from "../../core/view.ts";

/** The one field of the form. */
export const TOKEN_FIELD = "token";

/** The form behind link. `user` is undefined where the server has not told yet who the person is there. */
export function linkModal(given: {
  readonly server: string;
  readonly user: Pick<AgentRef, "name"> | undefined;
  readonly word: string;
  /** Whether the server can say whose a token is. */
  readonly proven: boolean;
}): Modal {
  const { server, user, word, proven } = given;
  const whose: Line = user ? ["your user ", data(user.name), " of "] : ["your own user of "];
  return {
    key: "link-form",
    title: "Link your own token",
    parts: [
      {
        kind: "text",
        lines: [
          ["With a token of ", ...whose, data(server), " its own audit names you for the upgrades that you start."],
          [
            "Make one that ",
            { bold: "expires" },
            " (30 days, say) and that is ",
            { bold: "restricted to the addresses" },
            " of Drydock, which your platform team knows. Making one requires Manage Security. If you do not have it, ask an administrator of the server.",
          ],
        ],
      },
      {
        kind: "note",
        lines: [
          [
            "The token passes through Slack once. Drydock encrypts it and never shows it again. ",
            data(`${word} unlink ${server}`),
            " destroys it.",
          ],
          [
            proven
              ? "Drydock asks the server whose it is."
              : "This server does not report whose a token is. It has to show exactly the permissions that you have there, and adds none to them.",
          ],
        ],
      },
    ],
    form: {
      command: "link",
      args: [server],
      submit: "Link",
      fields: [{ id: TOKEN_FIELD, kind: "secret", label: "Token", hint: "Only the text of the token", required: true }],
    },
  };
}
