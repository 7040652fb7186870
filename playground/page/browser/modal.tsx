import { useEffect, useRef, useState } from "preact/hooks";
import type { Shape, ShownView } from "../protocol.ts";
import { Blocks, blockId } from "./blocks.tsx";
import { usePage } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { Field, filledAtFirst } from "./elements.tsx";
import { listOf, plainOf, shapeOf } from "./text.tsx";

/** `state.values` of Slack's payload: by block, then by action. */
type Values = Readonly<Record<string, Shape>>;

/** The modal that the app has opened before this person. */
export function Modal({ shown }: { readonly shown: ShownView }) {
  const { perform } = usePage();
  const { id, view, errors, notice } = shown;
  const blocks = listOf(view.blocks);
  const [values, setValues] = useState<Values>(() => valuesAtFirst(blocks));
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const close = () => void perform({ type: "close", view: id, values });

  useEffect(() => {
    setBusy(false);
    form.current?.querySelector<HTMLElement>("[aria-invalid=true] input")?.focus();
  }, [errors, notice]);

  return (
    <Dialog label={plainOf(view.title)} onClose={close}>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          setBusy(true);
          void perform({ type: "submit", view: id, values });
        }}
      >
        <header>
          <h2>{plainOf(view.title)}</h2>
        </header>
        {notice !== null && (
          <p class="error" role="alert">
            {notice}
          </p>
        )}
        <Blocks
          of={blocks}
          onAct={(_block, element) =>
            void perform({ type: "press-in-view", view: id, label: plainOf(element.text), values })
          }
          input={(block, blockOf) => (
            <InputBlock
              key={`${id} ${blockOf}`}
              of={block}
              id={blockOf}
              error={errors[blockOf]}
              view={id}
              onFill={(action, filled) => setValues((before) => ({ ...before, [blockOf]: { [action]: filled } }))}
            />
          )}
        />
        <footer>
          <button type="button" onClick={close}>
            {plainOf(view.close) || "Close"}
          </button>
          {view.submit !== undefined && (
            <button type="submit" class="primary" disabled={busy}>
              {plainOf(view.submit)}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function InputBlock(props: {
  readonly of: Shape;
  readonly id: string;
  readonly error: string | undefined;
  readonly view: string;
  readonly onFill: (action: string, filled: Shape) => void;
}) {
  const { perform } = usePage();
  const { of, id, error, view } = props;
  const element = shapeOf(of.element);
  const label = plainOf(of.label);
  const field = `field-${view}-${id}`;
  return (
    <div class="field" aria-invalid={error !== undefined}>
      <label for={field}>
        {label} {of.optional === true && <small>(optional)</small>}
      </label>
      <Field
        of={element}
        label={label}
        id={field}
        onFill={(filled) => props.onFill(String(element.action_id), filled)}
        find={async (query) => {
          const answer = await perform({ type: "search", view, block: id, query });
          if (!answer) throw new Error("no answer");
          return listOf(answer.options);
        }}
      />
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {of.hint !== undefined && <p class="hint">{plainOf(of.hint)}</p>}
    </div>
  );
}

function valuesAtFirst(blocks: readonly Shape[]): Values {
  return Object.fromEntries(
    blocks.flatMap((block, i) => {
      if (block.type !== "input") return [];
      const element = shapeOf(block.element);
      return [[blockId(block, i), { [String(element.action_id)]: filledAtFirst(element) }]];
    }),
  );
}
