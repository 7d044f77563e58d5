// Elements one types into.
import { useRef, type KeyboardEvent } from "react";
import { plainly } from "../blocks/words";
import { useChoice, useSurface, withValue, type Slot } from "../surface";
import { marks } from "./choices";

const TYPES: Record<string, string> = { email_text_input: "email", url_text_input: "url" };
const AFTER_TYPING_MS = 300;

export function TextInput(slot: Slot) {
  const { element, input } = slot;
  const { value, change, enter } = useTyping(slot);
  const shared = {
    id: input?.id,
    className: "field",
    value: (value as string | null) ?? "",
    placeholder: plainly(element.placeholder) || undefined,
    maxLength: element.max_length,
    "aria-label": input ? undefined : (plainly(element.placeholder) || element.action_id),
    "data-focus": element.focus_on_load || undefined,
    ...marks(slot),
  };
  if (element.multiline) return <textarea {...shared} rows={4} dir="auto" onChange={(event) => change(event.target.value)} />;
  const numeric = element.type === "number_input" ? ({ inputMode: "decimal" } as const) : {};
  const type = TYPES[element.type] ?? "text";
  return <input {...shared} {...numeric} type={type} dir="auto" onKeyDown={enter} onChange={(event) => change(event.target.value)} />;
}

/** What is typed is only kept, unless the block wants to hear of it: on Enter, or after each character. */
function useTyping(slot: Slot) {
  const surface = useSurface();
  const [current] = useChoice(slot);
  const timer = useRef(0);
  const { element, block_id, acts } = slot;
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const action_id = element.action_id ?? element.type;
  const typed = (text: string) => ({ type: element.type, value: text || null });
  const act = (value: string) =>
    void surface.act(block_id, element, { value }, withValue(surface.values, block_id, action_id, typed(value)));
  const change = (text: string) => {
    surface.change(block_id, action_id, typed(text));
    window.clearTimeout(timer.current);
    if (acts && on.includes("on_character_entered")) timer.current = window.setTimeout(act, AFTER_TYPING_MS, text);
  };
  const enter = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" || !acts || !on.includes("on_enter_pressed")) return;
    event.preventDefault();
    act(event.currentTarget.value);
  };
  return { value: current.value, change, enter };
}

/** Only its words: the playground has no editor for styles. */
export function RichTextInput(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const text = JSON.stringify(value.rich_text_value ?? null).match(/"text":"((?:[^"\\]|\\.)*)"/g) ?? [];
  const shown = text.map((each) => JSON.parse(`{${each}}`).text).join("");
  const rich = (typed: string) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: typed }] }] });
  return (
    <textarea
      id={slot.input?.id}
      className="field"
      rows={4}
      dir="auto"
      value={shown}
      placeholder={plainly(slot.element.placeholder) || undefined}
      onChange={(event) => pick({ rich_text_value: event.target.value ? rich(event.target.value) : null })}
      {...marks(slot)}
    />
  );
}
