// Select menus: of options the app gave, of people, of channels.
import { plainly } from "../blocks/words";
import { usePlaygroundState } from "../server";
import type { Element, Option, OptionGroup } from "../slack";
import { channelTitle, type Channel } from "../state";
import { useChoice, type Slot } from "../surface";
import { fieldOf } from "../values";
import { Choice, marks, toggled } from "./choices";

export function Select(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const groups = useGroups(slot);
  const field = fieldOf(slot.element);
  const picked = idOf(value[field]) ?? "";
  const name = plainly(slot.element.placeholder) || "Select an option";
  return (
    <select
      id={slot.input?.id}
      className="field select"
      value={picked}
      aria-label={slot.input ? undefined : name}
      onChange={(event) => pick({ [field]: found(groups, event.target.value, field) })}
      {...marks(slot)}
    >
      <option value="" disabled={slot.acts}>{name}</option>
      {groups.map((group, index) => <Group key={index} group={group} />)}
    </select>
  );
}

export function MultiSelect(slot: Slot) {
  const [value, pick] = useChoice(slot);
  const field = fieldOf(slot.element);
  const all = useGroups(slot).flatMap((group) => group.options);
  const ids = ((value[field] as unknown[]) ?? []).map(idOf);
  const picked = all.filter((option) => ids.includes(option.value));
  const full = picked.length >= (slot.element.max_selected_items ?? Infinity);
  const picks = (option: Option) => {
    const next = toggled(all, picked, option);
    void pick({ [field]: field === "selected_options" ? next : next.map((each) => each.value) });
  };
  return (
    <details className="multi">
      <summary className="field select">{picked.map((each) => plainly(each.text)).join(", ") || plainly(slot.element.placeholder) || "Select options"}</summary>
      <div className="choices">
        {all.map((option) => (
          <Choice key={option.value} option={option}>
            <input type="checkbox" checked={picked.includes(option)} disabled={full && !picked.includes(option)} onChange={() => picks(option)} {...marks(slot)} />
          </Choice>
        ))}
      </div>
    </details>
  );
}

function Group({ group }: { group: OptionGroup }) {
  const options = group.options.map((option) => <option key={option.value} value={option.value}>{plainly(option.text)}</option>);
  return group.label.text ? <optgroup label={plainly(group.label)}>{options}</optgroup> : options;
}

/** What there is to pick from, always as groups; a group without a label is no group to the eye. */
function useGroups({ element }: Slot): OptionGroup[] {
  const { people, channels } = usePlaygroundState();
  if (element.option_groups) return element.option_groups;
  if (element.options) return [unlabeled(element.options)];
  if (element.type.includes("users")) return [unlabeled(people.filter((person) => !person.deleted).map((person) => entry(person.id, person.name)))];
  const shown = channels.filter((channel) => !channel.is_archived && isOffered(element, channel));
  return [unlabeled(shown.map((channel) => entry(channel.id, channelTitle(channel))))];
}

/** Channels, and in a select of conversations all that its filter lets through. */
function isOffered(element: Element, channel: Channel): boolean {
  if (!element.type.includes("conversations")) return channel.kind === "channel" && !channel.is_private;
  const { include, exclude_external_shared_channels: own } = element.filter ?? {};
  const kind = channel.kind === "im" ? "im" : channel.is_private ? "private" : "public";
  return (include?.includes(kind) ?? true) && !(own && channel.shared_with);
}

const unlabeled = (options: Option[]): OptionGroup => ({ label: { type: "plain_text", text: "" }, options });
const entry = (value: string, text: string): Option => ({ value, text: { type: "plain_text", text, emoji: false } });

/** Options are picked as objects, people and channels as ids. */
const idOf = (picked: unknown): string | undefined =>
  typeof picked === "string" ? picked : (picked as Option | null | undefined)?.value;

function found(groups: OptionGroup[], id: string, field: string): Option | string | null {
  if (field !== "selected_option") return id || null;
  return groups.flatMap((group) => group.options).find((option) => option.value === id) ?? null;
}
