// A native modal dialog: the browser keeps the focus inside and everything else out of reach.
import { useEffect, useRef, type ReactNode } from "react";

interface Props {
  role: "dialog" | "alertdialog";
  labelledBy: string;
  describedBy?: string;
  busy?: boolean;
  covered?: boolean;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}

/** Where the focus goes, best first: the element the app asked for, a field, anything to press. */
const FIRST = ["[data-focus]", ".dialog-body :is(input, select, textarea)", ".dialog-body :is(button, [role=button])", ".dialog-foot button"];

export function Dialog({ role, labelledBy, describedBy, busy, covered, className = "", onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => opened(dialog.current!), []);
  useEffect(() => {
    if (!covered && document.activeElement === document.body) focusFirst(dialog.current!); // what had it was replaced
  });
  return (
    <dialog
      ref={dialog}
      role={role}
      aria-modal="true"
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-busy={busy || undefined}
      className={`dialog ${covered ? "covered" : ""} ${className}`}
      // Our own Escape: the browser's would close the dialog before the playground has said so.
      onKeyDown={(event) => event.key === "Escape" && (event.preventDefault(), event.stopPropagation(), onClose())}
      // The browser's reaches us only where the focus is outside the dialog's elements.
      onCancel={(event) => (event.preventDefault(), onClose())}
    >
      {children}
    </dialog>
  );
}

function opened(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement as HTMLElement | null;
  dialog.showModal();
  focusFirst(dialog);
  return () => {
    dialog.close();
    before?.focus();
  };
}

function focusFirst(dialog: HTMLDialogElement): void {
  const first = FIRST.map((each) => dialog.querySelector<HTMLElement>(each)).find(Boolean);
  first?.focus({ preventScroll: first.matches("button, [role=button]") }); // else a long text is shown from its end
}
