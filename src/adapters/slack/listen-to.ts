import type { App, BlockButtonAction, MessageShortcut, RespondFn } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { createCache } from "../../core/cache.ts";
import type { Answer, Call } from "../../core/call.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { isModal, isView, type Modal, type Shown, say } from "../../core/view.ts";
import { callId } from "./call-id.ts";
import { createHomes } from "./homes.ts";
import { readMessageText } from "./message-text.ts";
import { FIELD_ACTION, FORM, readMemory, readSecrets, readValues, toErrors, toOptions } from "./modal.ts";
import { readPress } from "./press.ts";
import { createPrivateAnswer, LIFE, type Respond, type Way } from "./private-answer.ts";
import { readMention, readTypedText } from "./typed-text.ts";

interface Ports {
  readonly client: WebClient;
  readonly clock: Clock;
  readonly log: Log;
}

interface Origin {
  readonly respond: Respond;
  /** Whether the message that was pressed is replaced. */
  readonly replaces: boolean;
}

/** A form is acknowledged within Slack's 3 s, whatever it sets going. */
export const FORM_TIMEOUT = 2_000;
const MAX_ORIGINS = 1_000;
/** A trigger_id opens a form for 3 s, and the request to do so takes its time. */
const FORM_WITHIN = 1_500;
/** A press on a person's page is answered in a modal, which has to be opened within 3 s. */
const ONE_MOMENT: Modal = {
  key: "one-moment",
  title: "Drydock",
  parts: [{ kind: "text", lines: [["One moment …"]] }],
};
/** As in manifest.yml. */
const PLAN_UPGRADE = "plan_upgrade";
const NOT_OURS = say("unknown-button", "Drydock did not draw this button, or it is damaged. Type the command again.");

/** Hears what people say, press, fill in and type, and has Drydock answer. */
export function listenTo(app: App, answer: Answer, word: string, ports: Ports): void {
  /** Where the answer to a form goes: in place of the private message from which it was opened, or the way of the typed command. */
  const origins = createCache<Origin>({ clock: ports.clock, max: MAX_ORIGINS, ttl: LIFE });

  const homes = createHomes(answer, ports);

  async function reply(way: Way, onHome = false): Promise<void> {
    const privately = createPrivateAnswer(way, ports);
    if (onHome) privately.show(ONE_MOMENT);
    const shown = await answer.call(way.call, privately.show, privately.amend);
    const view = await privately.finish(shown);
    const { respond, replaces } = way;
    if (view !== undefined && isModal(shown) && shown.form && respond && (replaces || way.call.via === "slash"))
      origins.set(view, { respond, replaces });
  }

  app.command(word, async ({ command, respond, ack }) => {
    await ack();
    const typed = readTypedText(command.text ?? "");
    const base = { ...callId(command), person: command.user_id, channel: command.channel_id, formWithin: FORM_WITHIN };
    const call: Call = { via: "slash", ...base, ...typed };
    await reply({ call, respond, replaces: false, trigger: command.trigger_id, view: undefined });
  });

  app.action<BlockButtonAction>(
    { type: "block_actions", action_id: /^drydock:/ },
    async ({ body, action, respond, ack }) => {
      await ack();
      const press = readPress(action.value);
      const memory = body.view ? readMemory(body.view.private_metadata) : undefined;
      const onHome = body.view?.type === "home";
      const ephemeral = (body.container as { is_ephemeral?: unknown } | undefined)?.is_ephemeral === true;
      const message = ephemeral ? undefined : textIn(body.container, "message_ts");
      const call: Call = {
        via: "button",
        ...callId(body),
        person: body.user.id,
        formWithin: FORM_WITHIN,
        channel: body.channel?.id ?? textIn(body.container, "channel_id") ?? memory?.channel ?? "",
        ...(press ?? { command: "?", args: [] }),
        ...(message ? { thread: message } : {}),
      };
      const way: Way = {
        call,
        respond: body.view ? undefined : (respond as RespondFn | undefined),
        replaces: ephemeral && press !== undefined,
        trigger: body.trigger_id,
        view: onHome ? undefined : body.view?.id,
      };
      if (press) await reply(way, onHome);
      else await createPrivateAnswer(way, ports).finish(NOT_OURS);
      await homes.acted(body.user.id);
    },
  );

  app.options<"block_suggestion">({ action_id: FIELD_ACTION }, async ({ body, ack }) => {
    const memory = readMemory(body.view?.private_metadata ?? "");
    const found = memory
      ? await answer.search({
          person: body.user.id,
          command: memory.command,
          args: memory.args,
          field: body.block_id,
          query: readTypedText(body.value).text,
        })
      : [];
    await ack({ options: toOptions(found) });
  });

  app.view(FORM, async ({ body, view, ack }) => {
    const memory = readMemory(view.private_metadata);
    if (!memory) return await ack();
    const origin = origins.get(view.id);
    origins.delete(view.id);
    const { channel, command, args } = memory;
    const call: Call = {
      via: "form",
      ...callId(body),
      person: body.user.id,
      channel,
      command,
      args,
      values: readValues(view.state.values),
      secrets: readSecrets(view.state.values),
    };
    const { respond, replaces } = origin ?? { respond: undefined, replaces: false };
    const way: Way = { call, respond, replaces, trigger: undefined, view: undefined };
    const privately = createPrivateAnswer(way, ports);
    const answered = answer.call(call, privately.show, privately.amend);
    const early = await Promise.race([answered, later(ports.clock, FORM_TIMEOUT)]);
    const stays = early !== undefined && !isView(early) && !isModal(early);
    if (stays) {
      if (origin) origins.set(view.id, origin);
      return await ack({ response_action: "errors", errors: toErrors(early) });
    }
    await ack();
    await privately.finish(await answered);
    await homes.acted(body.user.id);
  });

  app.shortcut<MessageShortcut>({ type: "message_action", callback_id: PLAN_UPGRADE }, async (heard) => {
    const { shortcut, respond, ack } = heard;
    await ack();
    const { user, channel, message, trigger_id: trigger } = shortcut;
    const { thread_ts: thread } = message;
    const call: Call = {
      via: "shortcut",
      ...callId(shortcut),
      person: user.id,
      channel: channel.id,
      command: "plan-message",
      text: readMessageText(message),
      ...(typeof thread === "string" ? { thread } : {}),
    };
    // Slack does not say that a response_url reaches a thread: the Web API does.
    const inThread = call.thread !== undefined;
    await reply({ call, respond: inThread ? undefined : respond, replaces: false, trigger, view: undefined });
  });

  app.event("app_home_opened", async ({ event }) => {
    if (event.tab === "home") await homes.opened(event.user, event.channel);
  });

  app.event("app_mention", async ({ event, body }) => {
    if (!event.user || event.bot_id || "edited" in event) return;
    const { thread_ts: thread } = event;
    const call: Call = {
      via: "mention",
      ...callId(body),
      person: event.user,
      channel: event.channel,
      ...(thread ? { thread } : {}),
      ...readMention(event.text),
    };
    await reply({ call, respond: undefined, replaces: false, trigger: undefined, view: undefined });
  });

  app.error(async (error) => {
    ports.log.error({ error }, "Bolt could not handle something");
  });
}

function later(clock: Clock, ms: number): Promise<Shown | undefined> {
  return new Promise((resolve) => clock.after(ms, () => resolve(undefined)));
}

/** A text of the payload's container, which Bolt does not describe. */
function textIn(container: object | undefined, key: string): string | undefined {
  const value: unknown = container && Object.entries(container).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : undefined;
}
