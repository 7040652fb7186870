import type { RespondArguments } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import type { Call } from "../../core/call.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { isModal, isView, keyOf, type Modal, type Shown, say, type View } from "../../core/view.ts";
import { toModal } from "./modal.ts";
import { wordOf } from "./slack-error.ts";
import { toMessage, toPlainMessage } from "./to-message.ts";

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
  /** Shows something that will be replaced; false where it is left out: it comes too soon, or Slack has no way to replace it. */
  show(shown: Shown): boolean;
  /** The last word. Returns the id of the modal that is open now, if one is. */
  finish(shown: Shown): Promise<string | undefined>;
  /** Shows what became true since, in place of the last word, or below it if Slack cannot replace that. Returns false once Slack takes nothing more. */
  amend(view: View): boolean;
}

/** When it may be shown, in ms after the first time. Of the five uses of a response_url the others are for the last word and for one repetition. */
const SHOWN_AT = [0, 4_000, 12_000];
/** For so long, in ms, a response_url can be used. */
export const LIFE = 30 * 60_000;
/** Slack replaces only a message that was pressed: what is said before the answer to a typed command stays above it. */
const MAX_SHOWN_TYPED = 1;
/** Slack's words for a modal that came too late, or that is there no more. */
const LATE = new Set([
  "expired_trigger_id",
  "exchanged_trigger_id",
  "invalid_trigger_id",
  "trigger_expired",
  "not_found",
]);

/** Answers go round the outbox: they never wait behind progress. Never throws. */
export function createPrivateAnswer(
  way: Way,
  { client, clock, log }: { readonly client: WebClient; readonly clock: Clock; readonly log: Log },
): PrivateAnswer {
  const { call, respond, trigger } = way;
  let view = way.view;
  const began = clock.monotonic();
  let shows = 0;
  let firstShown = 0;
  let inForm = way.view !== undefined;
  let finished = false;
  let amended: View | undefined;
  let line: Promise<void> = Promise.resolve();

  /** Whether this can be shown before the last word: in a form, or as a message that will be replaced. */
  function canShow(shown: Shown): boolean {
    if (isModal(shown)) inForm ||= trigger !== undefined;
    if (isModal(shown)) return inForm;
    // A public card must never be replaced, nor have anything but the last word said beside it.
    const replaces = inForm || (respond !== undefined && way.replaces);
    const most = replaces ? SHOWN_AT.length : respond !== undefined && call.via === "slash" ? MAX_SHOWN_TYPED : 0;
    const now = clock.monotonic();
    if (shows === 0) firstShown = now;
    if (shows >= most || now - firstShown < (SHOWN_AT[shows] ?? 0)) return false;
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

  async function tell(shown: View, last: boolean, replaces = way.replaces): Promise<void> {
    if (respond) {
      try {
        await respond({ ...toMessage(shown), response_type: "ephemeral", replace_original: replaces });
        return;
      } catch (error) {
        if (!last) throw error;
        log.warn({ reason: nameOf(error) }, "an answer did not reach Slack by its own way");
      }
    }
    await tellOtherwise(shown);
  }

  /** In the channel to the person alone; without blocks if Slack refuses those; in their direct messages if they are not in the channel. */
  async function tellOtherwise(shown: View): Promise<void> {
    const { channel, person, thread } = call;
    // To one person alone, Slack shows nothing in a thread without replies. What was pressed may have none.
    const inThread = thread !== undefined && call.via !== "button";
    const place = { channel, user: person, ...(inThread ? { thread_ts: thread } : {}) };
    const ways = [
      () => client.chat.postEphemeral({ ...place, ...toMessage(shown) }),
      () => client.chat.postEphemeral({ ...place, ...toPlainMessage(shown) }),
      () => client.chat.postMessage({ channel: person, ...toPlainMessage(shown) }),
    ];
    let first: unknown;
    for (const tryOne of ways) {
      try {
        await tryOne();
        return;
      } catch (error) {
        first ??= error;
      }
    }
    throw first;
  }

  function add(shown: Shown, last: boolean): Promise<void> {
    line = line
      .then(() => draw(shown, last))
      .catch(async (error: unknown) => {
        log.warn({ reason: nameOf(error) }, "an answer could not be shown");
        if (last) await tell(isView(shown) && view !== undefined ? shown : instead(shown, error), true, false);
      })
      .catch((error: unknown) => log.warn({ reason: nameOf(error) }, "a person got no answer at all"));
    return line;
  }

  return {
    show(shown) {
      if (!canShow(shown)) return false;
      void add(shown, false);
      return true;
    },
    async finish(shown) {
      finished = true;
      await add(amended ?? shown, true);
      return view;
    },
    amend(shown) {
      if (clock.monotonic() - began >= LIFE) return false;
      amended = shown;
      if (finished) void add(shown, true);
      return true;
    },
  };
}

/** What is said if an answer cannot be shown. A list is a message then; nothing else says what was not shown. */
function instead(shown: Shown, error: unknown): View {
  if (isModal(shown) && !shown.form) return { key: shown.key, summary: [shown.title], parts: textParts(shown.parts) };
  const code = wordOf(error);
  const why = code === undefined ? "" : ` (${code})`;
  if (isModal(shown))
    return code !== undefined && LATE.has(code)
      ? say(
          "form-late",
          `The form came too late for Slack${why}, so it is not open and nothing was changed. Try again.`,
        )
      : say("form-not-open", `Slack did not open the form${why}, so nothing was changed. Try again.`);
  return say(
    "answer-not-shown",
    `Drydock has answered, and Slack does not show the answer${why}. Ask for the status before you try again.`,
  );
}

/** Buttons of a modal turn its pages: in a message they would open a new one. */
function textParts(parts: Modal["parts"]): View["parts"] {
  return parts.filter(({ kind }) => kind !== "buttons");
}

function inModal(view: View): Modal {
  return { key: view.key, title: "Drydock", parts: view.parts };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : "unknown";
}
