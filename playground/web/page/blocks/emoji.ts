// Emoji by Slack's names. The library has the table but lends it to its emoji hook only, so it is borrowed there once.
import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { Message, type Block } from "slack-blocks-to-jsx";

type Table = (emoji: { name: string }) => string;

let table: Table | undefined;

const SAMPLE = [
  { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "emoji", name: "smile" }] }] },
] as Block[];

function borrowed(): Table {
  const hooks = { emoji: (_: unknown, lent: unknown) => ((table = lent as Table), null) };
  const root = createRoot(document.createElement("div"));
  flushSync(() => root.render(createElement(Message, { blocks: SAMPLE, name: "", logo: "", withoutWrapper: true, theme: "light", hooks })));
  root.unmount();
  return table!;
}

/** The character for a name, or null: `09:02:11` holds no emoji, nor does `:00:`. Call `lend` before the first drawing. */
export function emojiNamed(name: string): string | null {
  const [base, tone] = name.split("::");
  const shown = table?.({ name }) ?? name;
  if (shown !== name) return shown;
  return tone && base ? emojiNamed(base) : null;
}

export const lend = (): void => void (table ?? borrowed());

// A digit before or after makes it a clock time, not an emoji: 10:100:10.
export const EMOJI = /(?<!\d):([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):(?!\d)/gi;

export function withEmoji(text: string): string {
  return text.replace(EMOJI, (shortcode, name: string) => emojiNamed(name.toLowerCase()) ?? shortcode);
}
