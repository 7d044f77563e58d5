// A modal as the bot sent it: its blocks, what is typed into them, what is wrong with it.
import { useEffect, useId, useRef, type FormEvent, type ReactNode } from "react";
import { Blocks } from "./blocks/blocks";
import { plainly } from "./blocks/words";
import { Dialog } from "./dialog";
import { useDeed } from "./server";
import type { View } from "./slack";
import type { OpenView } from "./state";
import { SurfaceOf, useValues } from "./surface";
import { useSubmission } from "./submission";

interface Props {
  open: OpenView;
  covered: boolean;
  conversation: string | null;
  notice: ReactNode;
}

export function Modal({ open, covered, conversation, notice }: Props) {
  const id = useId();
  const deed = useDeed();
  const [values, change] = useValues();
  const { errors, edited, submit, submitting } = useSubmission(open, values, conversation);
  const form = useFirstError(errors);
  const close = () => void deed("close", { view_id: open.id });
  const blocks = open.view.blocks ?? [];
  const busy = open.busy || submitting;
  const onSubmit = (event: FormEvent) => (event.preventDefault(), void submit());
  const onChange: typeof change = (block_id, ...rest) => (edited(block_id), change(block_id, ...rest));
  const surface = { place: { view_id: open.id }, blocks, conversation, errors, values, onChange };
  return (
    <Dialog role="dialog" labelledBy={id} busy={busy} covered={covered} onClose={close}>
      <form className="dialog-form" noValidate onSubmit={onSubmit} ref={form}>
        <Head id={id} view={open.view} onClose={close} />
        {busy && <div className="progress" role="progressbar" aria-label="Working" />}
        <div className="dialog-body">
          <SurfaceOf {...surface}><Blocks blocks={blocks} /></SurfaceOf>
        </div>
        {notice}
        <Foot view={open.view} busy={busy} onClose={close} />
      </form>
    </Dialog>
  );
}

const closing = (view: View): string => plainly(view.close) || "Cancel";

function Head({ id, view, onClose }: { id: string; view: View; onClose: () => void }) {
  return (
    <header className="dialog-head">
      <h2 id={id} dir="auto">{plainly(view.title) || "Modal"}</h2>
      <Cross said={/close/i.test(closing(view))} onClick={onClose} />
    </header>
  );
}

function Foot({ view, busy, onClose }: { view: View; busy: boolean; onClose: () => void }) {
  return (
    <footer className="dialog-foot">
      <button type="button" className="button" onClick={onClose}>{closing(view)}</button>
      {view.submit && <button type="submit" className="button primary" aria-busy={busy || undefined}>{plainly(view.submit)}</button>}
    </footer>
  );
}

/** The cross in the corner. Where a button below already says Close, it is for the mouse only: one name, one button. */
function Cross({ said, onClick }: { said: boolean; onClick: () => void }) {
  const name = said ? { "aria-hidden": true, tabIndex: -1 } : { "aria-label": "Close" };
  return <button type="button" className="close" {...name} onClick={onClick}>×</button>;
}

/** Takes the person to the first thing that is wrong, when something new is. */
function useFirstError(errors: Record<string, string>) {
  const form = useRef<HTMLFormElement>(null);
  const before = useRef(0);
  const count = Object.keys(errors).length;
  useEffect(() => {
    if (count > before.current) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    before.current = count;
  }, [count]);
  return form;
}
