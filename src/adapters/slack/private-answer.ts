import type { RespondArguments } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import type { Call } from "../../app/command.ts";
import type { Log } from "../../app/ports.ts";
import { isModal, isView, keyOf, type Modal, type Shown, say, type View } from "../../app/view.ts";
import { toMessage } from "./blocks.ts";
import { toModal } from "./modal.ts";

export type Respond = (message: RespondArguments) => Promise<unknown>;

/** How one call can be answered so that only the person sees it. */
export interface Way {
  readonly call: Call;
  /** Slack's response_url: five uses in 30 minutes. */
  readonly respond: Respond | undefined;
  /** Whether the message that was pressed is the person's own and may be replaced. */
  readonly replaces: boolean;
  /** Opens a modal, within 3 s. */
  readonly trigger: string | undefined;
  /** The modal in which it was pressed. */
  readonly view: string | undefined;
}

export interface PrivateAnswer {
  /** Shows something that will be replaced; false where Slack has no way to replace it, so that it is left out. */
  show(shown: Shown): boolean;
  /** The last word. Returns the id of the modal that is open now, if one is. */
  finish(shown: Shown): Promise<string | undefined>;
}

/** Of the five uses of a response_url, those that are left for the last word and for one repetition. */
const MAX_SHOWN = 3;
/** Slack replaces only a message that was pressed: what is said before the answer to a typed command stays above it. */
const MAX_SHOWN_TYPED = 1;

/** Answers go round the outbox: they never wait behind progress. Never throws. */
export function createPrivateAnswer(
  way: Way,
  { client, log }: { readonly client: WebClient; readonly log: Log },
): PrivateAnswer {
  const { call, respond, trigger } = way;
  let view = way.view;
  let posted = false;
  let shows = 0;
  let inForm = way.view !== undefined;
  let line: Promise<void> = Promise.resolve();

  /** Whether there is a way to show this before the last word: in a form, or as a message that will be replaced. */
  function hasWay(shown: Shown): boolean {
    if (isModal(shown)) inForm ||= trigger !== undefined;
    if (isModal(shown) || inForm) return inForm;
    // A public card must never be replaced, nor have anything but the last word said beside it.
    const most = way.replaces ? MAX_SHOWN : call.via === "slash" ? MAX_SHOWN_TYPED : 0;
    if (respond === undefined || shows >= most) return false;
    shows += 1;
    return true;
  }

  async function draw(shown: Shown, last: boolean): Promise<void> {
    if (isModal(shown)) await drawModal(shown);
    else if (isView(shown)) await (view === undefined ? tell(shown, last) : drawModal(inModal(shown)));
    else await tell(say(keyOf(shown), ...Object.values(shown.errors)), last);
  }

  async function drawModal(modal: Modal): Promise<void> {
    const drawn = toModal(modal, call.channel);
    if (view !== undefined) await client.views.update({ view_id: view, view: drawn });
    else if (trigger !== undefined) view = (await client.views.open({ trigger_id: trigger, view: drawn })).view?.id;
  }

  async function tell(shown: View, last: boolean): Promise<void> {
    const message = toMessage(shown);
    if (!respond) return whisper(message);
    try {
      await respond({ ...message, response_type: "ephemeral", replace_original: way.replaces || posted });
      posted = true;
    } catch (error) {
      if (!last) throw error;
      log.warn({ reason: nameOf(error) }, "an answer did not reach Slack by its own way");
      await whisper(message);
    }
  }

  async function whisper(message: ReturnType<typeof toMessage>): Promise<void> {
    const { channel, person, thread } = call;
    await client.chat.postEphemeral({ channel, user: person, ...message, ...(thread ? { thread_ts: thread } : {}) });
  }

  function add(shown: Shown, last: boolean): Promise<void> {
    line = line.then(() =>
      draw(shown, last).catch((error: unknown) => {
        log.warn({ reason: nameOf(error) }, "an answer could not be shown");
      }),
    );
    return line;
  }

  return {
    show(shown) {
      if (!hasWay(shown)) return false;
      void add(shown, false);
      return true;
    },
    async finish(shown) {
      await add(shown, true);
      return view;
    },
  };
}

function inModal(view: View): Modal {
  return { key: view.key, title: "Drydock", parts: view.parts };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : "unknown";
}
