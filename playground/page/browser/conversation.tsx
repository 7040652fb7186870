import { useEffect, useRef } from "preact/hooks";
import type { ShownChannel, ShownMessage } from "../protocol.ts";
import { Composer } from "./composer.tsx";
import { usePage } from "./context.ts";
import { Message } from "./message.tsx";
import { placeOf } from "./store.ts";

/** A channel: its messages, and where something is said. */
export function Conversation({
  channel,
  onThread,
}: {
  readonly channel: ShownChannel;
  readonly onThread: (ts: string) => void;
}) {
  const { screen } = usePage();
  const shown = screen.messages.filter((message) => !message.deleted && placeOf(message) === channel.id);
  return (
    <section class="pane conversation" aria-label={`Channel ${channel.name}`}>
      <header>
        <h2># {channel.name}</h2>
        <span class="aside">
          {channel.archived ? "archived" : channel.bot ? "drydock is in here" : "drydock is not in here"}
          {channel.shared && ", shared with another organization"}
        </span>
      </header>
      <Log label={`Messages in ${channel.name}`} last={shown.at(-1)}>
        {shown.length === 0 && <p class="empty">Nothing has been said here yet.</p>}
        {shown.map((message) => (
          <Message key={message.ts} message={message} onThread={() => onThread(message.ts)} />
        ))}
      </Log>
      <Composer channel={channel} thread={null} />
    </section>
  );
}

/** A thread: its first message and what was replied. */
export function Thread(props: { readonly channel: ShownChannel; readonly ts: string; readonly onClose: () => void }) {
  const { screen } = usePage();
  const { channel, ts } = props;
  const shown = screen.messages.filter(
    (message) => !message.deleted && message.channel === channel.id && (message.ts === ts || message.thread === ts),
  );
  return (
    <section class="pane thread" aria-label="Thread">
      <header>
        <h2>Thread</h2>
        <span class="aside"># {channel.name}</span>
        <button type="button" class="plain" aria-label="Close the thread" onClick={props.onClose}>
          ✕
        </button>
      </header>
      <Log label="Messages in the thread" last={shown.at(-1)}>
        {shown.map((message) => (
          <Message key={message.ts} message={message} />
        ))}
      </Log>
      <Composer channel={channel} thread={ts} />
    </section>
  );
}

/**
 * Stays at its end when something is added, unless the person has scrolled up to read. What they said themselves, and the
 * answer to it, is always shown.
 */
function Log(props: {
  readonly label: string;
  readonly last: ShownMessage | undefined;
  readonly children: preact.ComponentChildren;
}) {
  const { screen, target } = usePage();
  const { you } = screen;
  const { last } = props;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const top = useRef(0);
  useEffect(() => {
    if (last && (last.whispered || last.user === you)) atEnd.current = true;
  }, [last?.ts]);
  useEffect(() => {
    const element = box.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  });
  useEffect(() => {
    const message = target && box.current?.querySelector(`[data-ts="${target.ts}"]`);
    if (!message) return;
    atEnd.current = false;
    message.scrollIntoView({ block: "center" });
  }, [target]);
  return (
    <div
      ref={box}
      class="log"
      role="log"
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        // What grows below is no scrolling up: only that ends the following.
        if (scrollTop + clientHeight > scrollHeight - 40) atEnd.current = true;
        else if (scrollTop < top.current) atEnd.current = false;
        top.current = scrollTop;
      }}
    >
      {props.children}
    </div>
  );
}
