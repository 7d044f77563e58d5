// Radio buttons and checkboxes.
import { useId, type ReactNode } from "react";
import { Words } from "../blocks/words";
import type { Option } from "../slack";
import { useChoice, type Slot } from "../surface";

export function RadioButtons(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const picked = (value.selected_option as Option | null)?.value;
  const name = useId();
  return (
    <div className="choices" role="radiogroup" aria-label={slot.input ? undefined : slot.element.action_id}>
      {options(slot).map((option) => (
        <Choice key={option.value} option={option}>
          <input type="radio" name={name} checked={option.value === picked} onChange={() => pick({ selected_option: option })} {...marks(slot)} />
        </Choice>
      ))}
    </div>
  );
}

export function Checkboxes(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const picked = value.selected_options as Option[];
  return (
    <div className="choices">
      {options(slot).map((option) => (
        <Choice key={option.value} option={option}>
          <input
            type="checkbox"
            checked={picked.some((each) => each.value === option.value)}
            onChange={() => pick({ selected_options: toggled(options(slot), picked, option) })}
            {...marks(slot)}
          />
        </Choice>
      ))}
    </div>
  );
}

const options = (slot: Slot): Option[] => slot.element.options ?? [];

export const marks = ({ input }: Slot) => ({ "aria-describedby": input?.describedBy, "aria-invalid": input?.invalid || undefined });

/** In the order of the options, not of the clicks, as Slack sends them. */
export function toggled(all: Option[], picked: Option[], option: Option): Option[] {
  const was = new Set(picked.map((each) => each.value));
  if (!was.delete(option.value)) was.add(option.value);
  return all.filter((each) => was.has(each.value));
}

export function Choice({ option, children }: { option: Option; children: ReactNode }) {
  return (
    <label className="choice">
      {children}
      <span>
        <Words text={option.text} />
        {option.description && <span className="description"><Words text={option.description} /></span>}
      </span>
    </label>
  );
}
