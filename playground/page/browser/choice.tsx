import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Shape } from "../protocol.ts";
import { plainOf } from "./text.tsx";

/**
 * A select of Block Kit, by mouse and by keyboard: type to search, arrows to move, Enter to take, Backspace to take back.
 * `find` answers with the options that fit; those that are given are filtered by it, external ones come from the app.
 */
export function Choice(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly many: boolean;
  readonly chosen: readonly Shape[];
  readonly find: (query: string) => Promise<readonly Shape[]>;
  readonly onChange: (chosen: readonly Shape[]) => void;
}) {
  const { many, chosen, find, onChange } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState(false);
  const [options, setOptions] = useState<readonly Shape[]>([]);
  const [at, setAt] = useState(0);
  const [state, setState] = useState<"idle" | "searching" | "failed">("idle");

  useEffect(() => {
    if (!open) return;
    let current = true;
    setState("searching");
    const timer = setTimeout(() => {
      find(query).then(
        (found) => {
          if (!current) return;
          setOptions(found);
          setAt(0);
          setState("idle");
        },
        () => current && setState("failed"),
      );
    }, 120);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [open, query]);

  const left = options.filter((option) => !chosen.some(({ value }) => value === option.value));

  function take(option: Shape | undefined): void {
    if (!option) return;
    onChange(many ? [...chosen, option] : [option]);
    setQuery("");
    setOpen(many);
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((at + step + left.length) % Math.max(1, left.length));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      take(left[at]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === "Backspace" && query === "" && chosen.length > 0) onChange(chosen.slice(0, -1));
  }

  return (
    <div class="choice">
      {chosen.map((option) => (
        <span class="chosen" key={String(option.value)}>
          {plainOf(option.text)}
          <button
            type="button"
            aria-label={`Take back ${plainOf(option.text)}`}
            onClick={() => onChange(chosen.filter((other) => other !== option))}
          >
            ×
          </button>
        </span>
      ))}
      <input
        ref={input}
        role="combobox"
        aria-label={props.label}
        aria-expanded={open && left.length > 0}
        aria-controls={open && left.length > 0 ? id : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && left[at] ? `${id}-${at}` : undefined}
        placeholder={chosen.length === 0 ? props.placeholder : ""}
        value={query}
        onBlur={() => setOpen(false)}
        onClick={() => setOpen(true)}
        onInput={({ currentTarget }) => {
          setQuery(currentTarget.value);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      {open && left.length === 0 && <p class="options none">{EMPTY[state]}</p>}
      {open && left.length > 0 && (
        <div class="options" id={id} role="listbox" tabIndex={-1} aria-label={props.label}>
          {left.map((option, i) => (
            <div
              key={String(option.value)}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              // Before the input loses the focus, which would close the list.
              onMouseDown={(event) => {
                event.preventDefault();
                take(option);
              }}
            >
              {plainOf(option.text)}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

const EMPTY = { idle: "Nothing fits.", searching: "Searching …", failed: "The app did not answer." } as const;
