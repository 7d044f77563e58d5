// What is typed and picked, in the shape of Slack's view.state.values.
import type { Block, Element } from "./slack";

export type Value = { type: string; [field: string]: unknown };
export type Values = Record<string, Record<string, Value>>;

interface Field {
  field: string;
  initial: string;
  empty: null | [];
}

const one = (what: string): Field => ({ field: `selected_${what}`, initial: `initial_${what}`, empty: null });
const many = (what: string): Field => ({ field: `selected_${what}`, initial: `initial_${what}`, empty: [] });
const typed: Field = { field: "value", initial: "initial_value", empty: null };

/** Where Slack puts each element's value, and where the app may have put a first one. */
const FIELDS: Record<string, Field> = {
  plain_text_input: typed,
  email_text_input: typed,
  url_text_input: typed,
  number_input: typed,
  rich_text_input: { ...typed, field: "rich_text_value" },
  static_select: one("option"),
  external_select: one("option"),
  radio_buttons: one("option"),
  checkboxes: many("options"),
  multi_static_select: many("options"),
  multi_external_select: many("options"),
  datepicker: one("date"),
  timepicker: one("time"),
  datetimepicker: one("date_time"),
  users_select: one("user"),
  multi_users_select: many("users"),
  conversations_select: one("conversation"),
  multi_conversations_select: many("conversations"),
  channels_select: one("channel"),
  multi_channels_select: many("channels"),
};

export const fieldOf = (element: Element): string => FIELDS[element.type]?.field ?? "value";

export function initialValue(element: Element, conversation: string | null): Value {
  const known = FIELDS[element.type];
  if (!known) return { type: element.type };
  const here = element.default_to_current_conversation && conversation;
  const byDefault = here ? (known.empty ? [here] : here) : known.empty;
  return { type: element.type, [known.field]: element[known.initial] ?? byDefault };
}

export function isEmpty(value: Value): boolean {
  const [, content] = Object.entries(value).find(([field]) => field !== "type") ?? [];
  return content == null || content === "" || (Array.isArray(content) && content.length === 0);
}

/** Slack names a block that the app left unnamed; should the stand-in not have, its place does. */
export const blockId = (block: Block, index: number): string => block.block_id ?? `block-${index}`;

/** Every element with a value in these blocks, with the block it stands in. */
export function fields(blocks: Block[]): { block: Block; block_id: string; element: Element }[] {
  return blocks.flatMap((block, index) => {
    if (Array.isArray(block.child_blocks)) return fields(block.child_blocks as Block[]);
    const all = [block.element, block.accessory, ...((block.elements as unknown[]) ?? [])] as Element[];
    const known = all.filter((element) => element && element.type in FIELDS);
    return known.map((element) => ({ block, block_id: blockId(block, index), element }));
  });
}

export function collect(blocks: Block[], changed: Values, conversation: string | null): Values {
  const values: Values = {};
  for (const { block_id, element } of fields(blocks)) {
    const action = element.action_id ?? element.type;
    (values[block_id] ??= {})[action] = changed[block_id]?.[action] ?? initialValue(element, conversation);
  }
  return values;
}
