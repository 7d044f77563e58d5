// A select whose options the bot is asked for while one types.
import { useId, useRef, useState } from "react";
import { plainly } from "../blocks/words";
import { useDeed, type Answer } from "../server";
import type { Option, OptionGroup } from "../slack";
import { useChoice, useSurface, type Slot } from "../surface";
import { fieldOf } from "../values";
import { marks } from "./choices";

const AFTER_TYPING_MS = 200;
const AFTER_LEAVING_MS = 150; // the click that takes the focus away ends before what is below moves up

export function ExternalSelect(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const field = fieldOf(slot.element);
  const many = field === "selected_options";
  const picked = [value[field] ?? []].flat() as Option[];
  const without = (option: Option) => pick({ [field]: many ? picked.filter((each) => each !== option) : null });
  const withOption = (option: Option) => pick({ [field]: many ? [...picked, option] : option });
  const room = many ? picked.length < (slot.element.max_selected_items ?? Infinity) : picked.length === 0;
  return (
    <div className="external">
      {picked.map((option) => (
        <button key={option.value} type="button" className="button quiet" aria-label={`Remove ${plainly(option.text)}`} onClick={() => without(option)}>
          {plainly(option.text)} ×
        </button>
      ))}
      {room && <Search slot={slot} picked={picked} onPick={withOption} />}
    </div>
  );
}

function Search({ slot, picked, onPick }: { slot: Slot; picked: Option[]; onPick: (option: Option) => void }) {
  const [text, setText] = useState("");
  const { options: found, search, forget } = useOptions(slot);
  const options = found.filter((option) => picked.every((each) => each.value !== option.value));
  const choose = (option: Option) => (setText(""), forget(), onPick(option));
  const list = useId();
  const leave = (to: Element | null) => to?.closest("[role=listbox]")?.id === list || window.setTimeout(forget, AFTER_LEAVING_MS);
  const name = plainly(slot.element.placeholder) || "Search";
  return (
    <>
      <input
        id={slot.input?.id}
        className="field"
        type="text"
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={list}
        aria-label={slot.input ? undefined : name}
        placeholder={name}
        value={text}
        onFocus={() => search(text)}
        onBlur={(event) => leave(event.relatedTarget)}
        onChange={(event) => (setText(event.target.value), search(event.target.value))}
        {...marks(slot)}
      />
      {options.length > 0 && <Found id={list} options={options} onPick={choose} />}
    </>
  );
}

function Found({ id, options, onPick }: { id: string; options: Option[]; onPick: (option: Option) => void }) {
  return (
    <div className="found" id={id} role="listbox" aria-label="Suggestions">
      {options.map((option) => (
        <button key={option.value} type="button" role="option" aria-selected={false} onClick={() => onPick(option)}>
          {plainly(option.text)}
          {option.description && <small>{plainly(option.description)}</small>}
        </button>
      ))}
    </div>
  );
}

/** Asks the bot a moment after the last key; a late answer to an earlier question is dropped. */
function useOptions({ element, block_id }: Slot): { options: Option[]; search: (value: string) => void; forget: () => void } {
  const { place } = useSurface();
  const deed = useDeed();
  const [options, setOptions] = useState<Option[]>([]);
  const timer = useRef(0);
  const asked = useRef(0);
  const ask = async (value: string) => {
    const question = ++asked.current;
    const answer = await deed("options", { ...place, block_id, action_id: element.action_id, value });
    if (question === asked.current) setOptions(offered(answer));
  };
  const search = (value: string) => {
    window.clearTimeout(timer.current);
    if (value.length < (element.min_query_length ?? 3)) return setOptions([]);
    timer.current = window.setTimeout(ask, AFTER_TYPING_MS, value);
  };
  const forget = () => (window.clearTimeout(timer.current), asked.current++, setOptions([]));
  return { options, search, forget };
}

function offered(answer: Answer): Option[] {
  const groups = (answer.option_groups ?? []) as OptionGroup[];
  return [...((answer.options ?? []) as Option[]), ...groups.flatMap((group) => group.options)];
}
