import { buttonsOf } from "../../../playground/slack/block-kit.ts";
import { BOT } from "../../../playground/slack/workspace.ts";
import type { TrialSlack } from "../../../playground/trial.ts";
import { type Capability, LACKS } from "./lacks.ts";
import type { Mirror } from "./mirror.ts";

/** What people do, said as local-slack's own web page says it. */
export function createClientActions(ports: {
  readonly send: (act: object) => void;
  readonly mirror: Mirror;
  readonly command: string;
}): TrialSlack["acts"] {
  const { mirror } = ports;
  const send = (user: string, act: object) => {
    mirror.actor = user;
    ports.send({ user, ...act });
  };
  const act: TrialSlack["acts"]["act"] = (person, message, action) =>
    send(person, { t: "block_action", channel: message.channel, messageTs: message.ts, action });

  return {
    slash: (person, channel, text) => send(person, { t: "slash_command", channel, command: ports.command, text }),
    mention: (person, channel, thread, text) =>
      send(person, { t: "post_message", channel, text: `<@${BOT}> ${text}`, thread_ts: thread }),
    press(person, message, label) {
      const button = buttonsOf(message.blocks).find((candidate) => candidate.label === label);
      if (!button) throw new Error(`The message has no button "${label}".`);
      const { action_id, block_id, value } = button;
      act(person, message, { action_id, block_id, value, text: { type: "plain_text", text: label, emoji: false } });
      return button.confirm;
    },
    act,
    endView(id, how, values = {}) {
      const shown = mirror.views.get(id);
      if (!shown) throw new Error(`There is no modal ${id}.`);
      send(shown.person, how === "view_closed" ? { t: "view_close" } : { t: "view_submit", values });
    },
    pressInView: () => lack("buttons in modals"),
    search: async () => lack("searches"),
  };
}

function lack(what: Capability): never {
  throw new Error(`local-slack cannot do this (${LACKS[what]}): the test has to say needs("${what}").`);
}
