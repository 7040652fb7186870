import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { plainOf, shapeOf, Text } from "./text.tsx";

/**
 * Asks first where the element wants it: `ask(element, go)` goes at once where there is no confirm object, else after yes.
 * The dialog has to be drawn somewhere.
 */
export function useConfirm(): {
  readonly ask: (element: Readonly<Record<string, unknown>>, go: () => void) => void;
  readonly dialog: ComponentChildren;
} {
  const [asked, setAsked] = useState<{
    readonly confirm: Readonly<Record<string, unknown>>;
    readonly go: () => void;
  }>();
  const close = () => setAsked(undefined);
  return {
    ask(element, go) {
      if (element.confirm === undefined) go();
      else setAsked({ confirm: shapeOf(element.confirm), go });
    },
    dialog: asked && (
      <Dialog label={plainOf(asked.confirm.title)} onClose={close} small>
        <h2>{plainOf(asked.confirm.title)}</h2>
        <p>
          <Text of={asked.confirm.text} />
        </p>
        <footer>
          <button type="button" onClick={close}>
            {plainOf(asked.confirm.deny)}
          </button>
          <button
            type="button"
            class={asked.confirm.style === "danger" ? "danger" : "primary"}
            onClick={() => {
              close();
              asked.go();
            }}
          >
            {plainOf(asked.confirm.confirm)}
          </button>
        </footer>
      </Dialog>
    ),
  };
}
