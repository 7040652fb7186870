import { useState } from "preact/hooks";
import type { Shape } from "../protocol.ts";
import { Choice } from "./choice.tsx";
import { useConfirm } from "./confirm.tsx";
import { usePage } from "./context.ts";
import { listOf, plainOf, shapeOf } from "./text.tsx";

/** What a person did with an element: what Slack puts into `actions` of the payload, without its block. */
export type OnAct = (element: Shape, did: Shape) => void;

/** An element that acts at once: in an actions block, or beside a section. */
export function Element({ of, onAct }: { readonly of: Shape; readonly onAct: OnAct }) {
  const { ask, dialog } = useConfirm();
  const act = (did: Shape) => ask(of, () => onAct(of, did));
  switch (of.type) {
    case "button":
      return (
        <>
          <button type="button" class={String(of.style ?? "")} onClick={() => act({ value: of.value, text: of.text })}>
            {plainOf(of.text)}
          </button>
          {dialog}
        </>
      );
    case "static_select":
    case "overflow":
      return (
        <>
          <Choice
            label={plainOf(of.placeholder) || "Choose"}
            placeholder={plainOf(of.placeholder) || "…"}
            many={false}
            chosen={of.initial_option ? [shapeOf(of.initial_option)] : []}
            find={among(of)}
            onChange={([option]) => option && act({ selected_option: option })}
          />
          {dialog}
        </>
      );
    default:
      return <NotDrawn what={String(of.type)} />;
  }
}

/** What is filled in: as in `state.values` of Slack's payload. */
export type OnFill = (filled: Shape) => void;

/** An element of an input block; what is in it is sent with the whole form. */
export function Field(props: {
  readonly of: Shape;
  readonly label: string;
  readonly id: string;
  readonly onFill: OnFill;
  readonly find: (query: string) => Promise<readonly Shape[]>;
}) {
  const { of, label, id, onFill } = props;
  const { screen } = usePage();
  const type = String(of.type);
  const [chosen, setChosen] = useState<readonly Shape[]>(initialOf(of));
  if (type === "plain_text_input") {
    const common = {
      id,
      placeholder: plainOf(of.placeholder),
      defaultValue: String(of.initial_value ?? ""),
      onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
        onFill({ type, value: currentTarget.value === "" ? null : currentTarget.value }),
    };
    return of.multiline ? <textarea rows={3} {...common} /> : <input type="text" {...common} />;
  }
  if (type === "checkboxes") {
    const tick = (option: Shape, on: boolean) => {
      const next = listOf(of.options).filter((each) =>
        each.value === option.value ? on : chosen.some(({ value }) => value === each.value),
      );
      setChosen(next);
      onFill({ type, selected_options: next });
    };
    return (
      <>
        {listOf(of.options).map((option) => (
          <label key={String(option.value)} class="tick">
            <input
              type="checkbox"
              checked={chosen.some(({ value }) => value === option.value)}
              onChange={({ currentTarget }) => tick(option, currentTarget.checked)}
            />{" "}
            {plainOf(option.text)}
          </label>
        ))}
      </>
    );
  }
  const many = type.startsWith("multi_");
  if (type.endsWith("static_select") || type.endsWith("external_select")) {
    return (
      <Choice
        label={label}
        placeholder={plainOf(of.placeholder)}
        many={many}
        chosen={chosen}
        find={type.endsWith("external_select") ? props.find : among(of)}
        onChange={(next) => {
          setChosen(next);
          onFill(many ? { type, selected_options: next } : { type, selected_option: next[0] ?? null });
        }}
      />
    );
  }
  if (type === "users_select")
    return (
      <Choice
        label={label}
        placeholder={plainOf(of.placeholder) || "Choose a person"}
        many={false}
        chosen={chosen}
        find={async (query) =>
          screen.people
            .filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()))
            .map(({ id: value, name }) => ({ value, text: { type: "plain_text", text: name } }))
        }
        onChange={(next) => {
          setChosen(next);
          onFill({ type, selected_user: next[0]?.value ?? null });
        }}
      />
    );
  return <NotDrawn what={type} />;
}

/** What an element holds before anybody touches it; undefined where it is nothing to fill in. */
export function filledAtFirst(element: Shape): Shape {
  const type = String(element.type);
  if (type === "plain_text_input") return { type, value: element.initial_value ?? null };
  if (type === "users_select") return { type, selected_user: element.initial_user ?? null };
  const chosen = initialOf(element);
  const many = type.startsWith("multi_") || type === "checkboxes";
  return many ? { type, selected_options: chosen } : { type, selected_option: chosen[0] ?? null };
}

function initialOf(element: Shape): readonly Shape[] {
  return element.initial_option ? [shapeOf(element.initial_option)] : listOf(element.initial_options);
}

/** The element's own options that contain what was typed. */
function among(element: Shape): (query: string) => Promise<readonly Shape[]> {
  return async (query) =>
    listOf(element.options).filter((option) => plainOf(option.text).toLowerCase().includes(query.toLowerCase()));
}

/** Said, not left out: a simulation must not look as if there were nothing. */
export function NotDrawn({ what }: { readonly what: string }) {
  return <span class="not-drawn">({what}: not drawn in this simulation)</span>;
}
