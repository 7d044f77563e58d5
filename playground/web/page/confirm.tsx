// The question an element may ask before it acts.
import { createContext, useContext, useId, useState, type ReactNode } from "react";
import { plainly, Words } from "./blocks/words";
import { Dialog } from "./dialog";
import type { Confirm } from "./slack";

type Ask = (confirm: Confirm) => Promise<boolean>;

const AskContext = createContext<Ask>(async () => true);
export const useAsk = (): Ask => useContext(AskContext);

interface Question {
  confirm: Confirm;
  answer: (yes: boolean) => void;
}

export function Asking({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const ask: Ask = (confirm) => new Promise((answer) => setQuestion({ confirm, answer }));
  const answered = (yes: boolean) => {
    question?.answer(yes);
    setQuestion(null);
  };
  return (
    <AskContext value={ask}>
      {children}
      {question && <ConfirmDialog confirm={question.confirm} onAnswer={answered} />}
    </AskContext>
  );
}

function ConfirmDialog({ confirm, onAnswer }: { confirm: Confirm; onAnswer: (yes: boolean) => void }) {
  const id = useId();
  const style = confirm.style === "danger" ? "danger" : "primary";
  return (
    <Dialog role="alertdialog" className="small" labelledBy={`${id}title`} describedBy={`${id}text`} onClose={() => onAnswer(false)}>
      <header className="dialog-head">
        <h2 id={`${id}title`}>{plainly(confirm.title)}</h2>
      </header>
      <div className="dialog-body" id={`${id}text`}>
        <Words text={confirm.text} />
      </div>
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={() => onAnswer(false)}>{plainly(confirm.deny) || "Cancel"}</button>
        <button type="button" className={`button ${style}`} onClick={() => onAnswer(true)}>{plainly(confirm.confirm) || "Yes"}</button>
      </footer>
    </Dialog>
  );
}
