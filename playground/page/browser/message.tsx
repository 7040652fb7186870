import type { Shape, ShownMessage } from "../protocol.ts";
import { Blocks } from "./blocks.tsx";
import { nameOf, usePage } from "./context.ts";
import { Mrkdwn } from "./mrkdwn.tsx";

/** One message, with whatever can be pressed in it. */
export function Message({ message, onThread }: { readonly message: ShownMessage; readonly onThread?: () => void }) {
  const { screen, perform } = usePage();
  const { channel, ts, user, whispered, blocks, text, files } = message;
  const isApp = user === screen.bot || user === "USLACKBOT";

  function act(block: string, element: Shape, did: Shape): void {
    const action = { block_id: block, action_id: String(element.action_id ?? ""), type: element.type, ...did };
    void perform({ type: "act", channel, ts, action });
  }

  return (
    <article class={whispered ? "message whispered" : "message"} data-ts={ts}>
      <span class={`avatar ${isApp ? "app" : ""}`} aria-hidden="true">
        {nameOf(screen, user).slice(0, 1).toUpperCase()}
      </span>
      <div class="said">
        {whispered && <p class="only-you">◉ Only visible to you</p>}
        <p class="who">
          <b>{nameOf(screen, user)}</b>
          {isApp && <span class="badge">App</span>}
          <time>{timeOf(ts)}</time>
          {message.edited && <span class="edited">(edited)</span>}
        </p>
        {blocks.length > 0 ? <Blocks of={blocks} onAct={act} /> : <Mrkdwn text={text} />}
        {files.map(({ id, title, size }) => (
          <a key={id} class="file" href={`/file/${id}?as=${screen.you}`} download>
            ↓ {title} <small>{Math.max(1, Math.round(size / 1024))} KB</small>
          </a>
        ))}
        <div>
          {onThread && <ThreadLink message={message} onOpen={onThread} />}
          {!whispered &&
            screen.messageMenu.map(({ name, callback }) => (
              <button
                key={callback}
                type="button"
                class="thread-link quiet"
                title="From the menu of a message"
                onClick={() => void perform({ type: "shortcut", channel, ts, callback })}
              >
                {name}
              </button>
            ))}
        </div>
      </div>
    </article>
  );
}

function ThreadLink({ message, onOpen }: { readonly message: ShownMessage; readonly onOpen: () => void }) {
  const { screen } = usePage();
  const replies = screen.messages.filter(
    ({ channel, thread, deleted }) => channel === message.channel && thread === message.ts && !deleted,
  );
  const last = replies.at(-1);
  if (message.whispered) return null;
  return (
    <button type="button" class={last ? "thread-link" : "thread-link quiet"} onClick={onOpen}>
      {last
        ? `${replies.length} ${replies.length === 1 ? "reply" : "replies"}, last at ${timeOf(last.ts)}`
        : "Reply in thread"}
    </button>
  );
}

/** Hours and minutes of a message's `ts` (seconds since 1970), here. */
export function timeOf(ts: string): string {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
