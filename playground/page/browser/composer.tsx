import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ShownChannel } from "../protocol.ts";
import { usePage } from "./context.ts";
import type { Screen } from "./store.ts";

interface Suggestion {
  /** What the text becomes. */
  readonly text: string;
  readonly title: string;
  readonly about: string;
}

/** Where something is typed and sent: with the app's slash commands and their hints, and people to mention. */
export function Composer({ channel, thread }: { readonly channel: ShownChannel; readonly thread: string | null }) {
  const { screen, perform } = usePage();
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [quiet, setQuiet] = useState(false);
  const suggestions = quiet ? [] : suggest(text, screen);
  const current = suggestions[Math.min(at, suggestions.length - 1)];

  useEffect(() => {
    if (thread !== null) return;
    // The guide fills in what there is to try.
    const fill = (event: Event) => {
      setText((event as CustomEvent<string>).detail);
      box.current?.focus();
    };
    addEventListener("drydock:try", fill);
    return () => removeEventListener("drydock:try", fill);
  }, [thread]);

  function write(next: string): void {
    setText(next);
    setAt(0);
    setQuiet(false);
  }

  function send(): void {
    if (text.trim() === "") return;
    write("");
    void perform({ type: "say", channel: channel.id, thread, text: text.trim() });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const moves = event.key === "ArrowDown" || event.key === "ArrowUp";
    if (current && moves) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((at + step + suggestions.length) % suggestions.length);
    } else if (current && (event.key === "Tab" || event.key === "Enter") && current.text !== text) {
      event.preventDefault();
      write(current.text);
    } else if (current && event.key === "Escape") {
      event.preventDefault();
      setQuiet(true);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  }

  const hint = screen.commands.find(({ command }) => text.startsWith(`${command} `));
  const place = thread === null ? `#${channel.name}` : "the thread";
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {suggestions.length > 0 && (
        <div class="options" id={id} role="listbox" aria-label="Suggestions" tabIndex={-1}>
          {suggestions.map((suggestion, i) => (
            <div
              key={suggestion.title}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={suggestion === current}
              onMouseDown={(event) => {
                event.preventDefault();
                write(suggestion.text);
                box.current?.focus();
              }}
            >
              <b>{suggestion.title}</b> <small>{suggestion.about}</small>
            </div>
          ))}
        </div>
      )}
      {hint && thread === null && <p class="usage">{`${hint.command} ${hint.hint}`}</p>}
      <textarea
        ref={box}
        rows={1}
        aria-label={`Message to ${place}`}
        aria-controls={current && id}
        aria-activedescendant={current ? `${id}-${suggestions.indexOf(current)}` : undefined}
        placeholder={thread === null ? `Message ${place}, or / for a command` : "Reply, or @drydock status"}
        value={text}
        onInput={({ currentTarget }) => write(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="primary" disabled={text.trim() === ""}>
        Send
      </button>
    </form>
  );
}

/** The app's commands while a slash word is typed, people while a mention is. */
function suggest(text: string, screen: Screen): readonly Suggestion[] {
  if (/^\/\S*$/.test(text))
    return screen.commands
      .filter(({ command }) => command.startsWith(text))
      .map(({ command, description, hint }) => ({
        text: `${command} `,
        title: command,
        about: `${description}. ${hint}`,
      }));
  const [, before, begun] = /^(.*(?:^|\s))@([a-z0-9._-]*)$/i.exec(text) ?? [];
  if (before === undefined || begun === undefined) return [];
  const named = [
    { name: "drydock", about: "the app" },
    ...screen.people.filter(({ acts }) => acts).map(({ name, about }) => ({ name, about })),
  ];
  return named
    .filter(({ name }) => name.startsWith(begun.toLowerCase()))
    .slice(0, 8)
    .map(({ name, about }) => ({ text: `${before}@${name} `, title: `@${name}`, about }));
}
