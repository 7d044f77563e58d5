// Every interactive element. The library draws these too, but tells nobody what was pressed or picked, so they are ours.
import type { FC } from "react";
import { Boundary, Raw } from "../blocks/raw";
import type { Slot } from "../surface";
import { Button, FeedbackButtons, IconButton } from "./buttons";
import { Checkboxes, RadioButtons } from "./choices";
import { DatePicker, DateTimePicker, TimePicker } from "./dates";
import { ExternalSelect } from "./external";
import { Overflow } from "./overflow";
import { MultiSelect, Select } from "./selects";
import { RichTextInput, TextInput } from "./typed";

const ELEMENTS: Record<string, FC<Slot>> = {
  button: Button,
  workflow_button: Button,
  feedback_buttons: FeedbackButtons,
  icon_button: IconButton,
  overflow: Overflow,
  radio_buttons: RadioButtons,
  checkboxes: Checkboxes,
  datepicker: DatePicker,
  timepicker: TimePicker,
  datetimepicker: DateTimePicker,
  static_select: Select,
  users_select: Select,
  channels_select: Select,
  conversations_select: Select,
  multi_static_select: MultiSelect,
  multi_users_select: MultiSelect,
  multi_channels_select: MultiSelect,
  multi_conversations_select: MultiSelect,
  external_select: ExternalSelect,
  multi_external_select: ExternalSelect,
  plain_text_input: TextInput,
  email_text_input: TextInput,
  url_text_input: TextInput,
  number_input: TextInput,
  rich_text_input: RichTextInput,
};

export function ElementIn(slot: Slot) {
  const Drawing = ELEMENTS[slot.element.type];
  if (!Drawing) return <Raw value={slot.element} />;
  return (
    <Boundary value={slot.element}>
      <Drawing {...slot} />
    </Boundary>
  );
}

/** Elements that are several controls: a label cannot name them, a legend can. */
export const isGroup = (type: string): boolean => /^(radio_buttons|checkboxes|multi_(?!external).*_select|datetimepicker)$/.test(type);
