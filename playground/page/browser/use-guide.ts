import { useState } from "preact/hooks";

const KEY = "drydock-guide";

/** Whether the guide is shown: once it is closed it stays closed, also when the page is opened again. */
export function useGuide(): readonly [boolean, (open: boolean) => void] {
  const [isOpen, setOpen] = useState(() => localStorage.getItem(KEY) !== "closed");
  return [
    isOpen,
    (open) => {
      localStorage.setItem(KEY, open ? "open" : "closed");
      setOpen(open);
    },
  ];
}
