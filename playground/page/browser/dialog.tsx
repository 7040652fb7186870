import type { ComponentChildren } from "preact";
import { createPortal } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";

/** Something that has to be answered first: the browser's own dialog keeps the focus inside and closes on Escape. */
export function Dialog(props: {
  readonly label: string;
  readonly onClose: () => void;
  readonly small?: boolean;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  return createPortal(
    <dialog
      ref={dialog}
      class={props.small ? "small" : ""}
      aria-label={props.label}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      {props.children}
    </dialog>,
    document.body,
  );
}
