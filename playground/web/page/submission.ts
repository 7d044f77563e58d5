// Submitting a modal: what Slack checks itself before the bot hears of it, then what the bot found wrong.
import { useState } from "react";
import { useDeed } from "./server";
import type { Block, Element } from "./slack";
import type { OpenView } from "./state";
import { collect, fields, isEmpty, type Value, type Values } from "./values";

type Errors = Record<string, string>;

export function useSubmission(open: OpenView, values: Values, conversation: string | null) {
  const deed = useDeed();
  const [ours, setOurs] = useState<Errors>({});
  const [since, setSince] = useState<Set<string>>(new Set()); // blocks changed since the last try: their error no longer holds
  const [submitting, setSubmitting] = useState(false);
  const submit = async () => {
    const all = collect(open.view.blocks ?? [], values, conversation);
    const wrong = problems(open.view.blocks ?? [], all);
    setOurs(wrong);
    setSince(new Set());
    if (Object.keys(wrong).length > 0) return;
    setSubmitting(true);
    await deed("submit", { view_id: open.id, values: all });
    setSubmitting(false);
  };
  const edited = (block_id: string) => setSince((before) => new Set(before).add(block_id));
  const errors = Object.fromEntries(Object.entries({ ...open.errors, ...ours }).filter(([block_id]) => !since.has(block_id)));
  return { errors, edited, submit, submitting };
}

function problems(blocks: Block[], values: Values): Errors {
  const errors: Errors = {};
  for (const { block, block_id, element } of fields(blocks)) {
    if (block.type !== "input") continue;
    const problem = problemWith(element, values[block_id]![element.action_id ?? element.type]!, block.optional === true);
    if (problem) errors[block_id] = problem;
  }
  return errors;
}

function problemWith(element: Element, value: Value, optional: boolean): string | null {
  if (isEmpty(value)) return optional ? null : "Please complete this required field.";
  const text = String(value.value ?? "");
  if (element.min_length && text.length < element.min_length) return `Please enter at least ${element.min_length} characters.`;
  if (element.type === "number_input") return problemWithNumber(element, text);
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(text)) return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !URL.canParse(text)) return "Please enter a valid URL.";
  return null;
}

function problemWithNumber(element: Element, text: string): string | null {
  const number = Number(text);
  if (Number.isNaN(number)) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (number < Number(element.min_value ?? -Infinity)) return `Please enter at least ${element.min_value}.`;
  if (number > Number(element.max_value ?? Infinity)) return `Please enter at most ${element.max_value}.`;
  return null;
}
