// Date and time pickers: the browser's own, in its time zone.
import { useChoice, type Slot } from "../surface";
import { marks } from "./choices";

/** A year is typed digit by digit; only a whole one is a date, or every digit would be posted. */
const WHOLE_YEAR = /^[1-9]\d{3}-/;

export function DatePicker(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const date = (value.selected_date as string | null) ?? "";
  const picked = (next: string) => (!next || WHOLE_YEAR.test(next)) && pick({ selected_date: next || null });
  return <Picker slot={slot} type="date" value={date} onPick={picked} />;
}

export function TimePicker(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const time = (value.selected_time as string | null) ?? "";
  return <Picker slot={slot} type="time" value={time} onPick={(next) => pick({ selected_time: next || null })} />;
}

export function DateTimePicker(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const unix = value.selected_date_time as number | null;
  const picked = (next: string) =>
    (!next || WHOLE_YEAR.test(next)) && pick({ selected_date_time: next ? new Date(next).getTime() / 1000 : null });
  return <Picker slot={slot} type="datetime-local" value={unix ? local(unix) : ""} onPick={picked} />;
}

interface Props {
  slot: Slot;
  type: string;
  value: string;
  onPick: (value: string) => void;
}

function Picker({ slot, type, value, onPick }: Props) {
  const name = slot.input ? undefined : (slot.element.placeholder?.text ?? slot.element.action_id ?? type);
  return (
    <input
      id={slot.input?.id}
      className="field short"
      type={type}
      aria-label={name}
      key={`${slot.block_id} ${JSON.stringify(slot.element)}`}
      // Uncontrolled: the browser keeps a half-typed date, which a controlled field would wipe.
      defaultValue={value}
      onChange={(event) => onPick(event.target.value)}
      {...marks(slot)}
    />
  );
}

function local(unix: number): string {
  const date = new Date(unix * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}
