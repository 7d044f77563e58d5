// Buttons: busy until the deed is done, and free to be pressed again, as in Slack.
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { SAFE_LINK } from "../blocks/drawn";
import { plainly } from "../blocks/words";
import { useAsk } from "../confirm";
import type { Element } from "../slack";
import { useSurface, type Slot } from "../surface";

/** Presses, and how many presses are still under way. */
function usePress({ element, block_id }: Slot): [boolean, (selected?: object) => Promise<boolean>] {
  const surface = useSurface();
  const ask = useAsk();
  const [underWay, setUnderWay] = useState(0);
  const press = async (selected = {}) => {
    if (element.confirm && !(await ask(element.confirm))) return false;
    setUnderWay((count) => count + 1);
    void surface.act(block_id, element, selected).then(() => setUnderWay((count) => count - 1));
    return true;
  };
  return [underWay > 0, press];
}

export function Button(slot: Slot) {
  const [busy, press] = usePress(slot);
  const { element } = slot;
  const look = { className: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label, "aria-busy": busy || undefined };
  if (element.url && SAFE_LINK.test(element.url)) return <LinkButton element={element} look={look} press={press} />;
  return (
    <button type="button" {...look} onClick={() => press()}>
      {plainly(element.text)}
    </button>
  );
}

interface LinkProps {
  element: Element;
  look: object;
  press: () => Promise<boolean>;
}

/** Opens its link in a new tab and acts as well. Slack calls it a button, so it is announced and works as one. */
function LinkButton({ element, look, press }: LinkProps) {
  const opened = async () => (await press()) && window.open(element.url, "_blank", "noopener,noreferrer");
  const onKeyDown = (event: KeyboardEvent<HTMLAnchorElement>) => {
    if (event.key !== " ") return;
    event.preventDefault();
    event.currentTarget.click();
  };
  return (
    <a
      {...look}
      role="button"
      href={element.url}
      target="_blank"
      rel="noopener noreferrer"
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if (!element.confirm) return void press();
        event.preventDefault(); // the question comes first
        void opened();
      }}
    >
      {plainly(element.text)}
    </a>
  );
}

export function FeedbackButtons(slot: Slot) {
  const [busy, press] = usePress(slot);
  const { positive_button: yes, negative_button: no } = slot.element;
  return (
    <span className="row" aria-busy={busy || undefined}>
      {yes && <Small onPress={() => press({ value: yes.value })}>👍 {plainly(yes.text)}</Small>}
      {no && <Small onPress={() => press({ value: no.value })}>👎 {plainly(no.text)}</Small>}
    </span>
  );
}

export function IconButton(slot: Slot) {
  const [, press] = usePress(slot);
  const { text, icon } = slot.element;
  return <Small onPress={() => press({})}>{icon === "trash" ? "🗑️ " : ""}{plainly(text)}</Small>;
}

function Small({ onPress, children }: { onPress: () => void; children: ReactNode }) {
  return <button type="button" className="button quiet" onClick={onPress}>{children}</button>;
}
