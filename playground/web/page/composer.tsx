// Where one types: Enter sends, the up arrow brings back what was sent.
import { useRef, useState, type KeyboardEvent } from "react";
import { useDeed } from "./server";

/** Kept across channels, as in a shell; forgotten with the page. */
const sent: string[] = [];

interface Props {
  channel: string;
  title: string;
  command: string;
}

export function Composer({ channel, title, command }: Props) {
  const { text, type, send, onKeyDown } = useTyping(channel);
  const deed = useDeed();
  return (
    <form className="composer" onSubmit={(event) => (event.preventDefault(), send())}>
      <textarea
        aria-label="Message"
        aria-describedby="composer-hint"
        placeholder={`Message ${title}`}
        rows={Math.min(text.split("\n").length, 8)}
        value={text}
        dir="auto"
        autoFocus
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="send" aria-label="Send" disabled={!text.trim()}><span aria-hidden="true">➤</span></button>
      <button type="button" className="button shortcut" onClick={() => void deed("shortcut", {})}>Find a campaign</button>
      <p id="composer-hint" className="composer-hint"><kbd>Enter</kbd> sends · <kbd>↑</kbd> brings back the last · <code>{command}</code> talks to the bot</p>
    </form>
  );
}

function useTyping(channel: string) {
  const [text, setText] = useState("");
  const back = useRef(0); // how many sent texts ago the shown one is
  const deed = useDeed();
  const type = (next: string) => (setText(next), void (back.current = 0));
  const send = () => {
    const saying = text.trim();
    if (!saying) return;
    sent.push(saying);
    type("");
    void deed("say", { channel, text: saying });
  };
  const recall = (step: number) => {
    back.current = Math.min(Math.max(back.current + step, 0), sent.length);
    setText(back.current ? sent.at(-back.current)! : "");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // Enter picks a word in an input method
    if (event.key === "Enter" && !event.shiftKey) return event.preventDefault(), send();
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (step && (!text || back.current)) return event.preventDefault(), recall(step);
  };
  return { text, type, send, onKeyDown };
}
