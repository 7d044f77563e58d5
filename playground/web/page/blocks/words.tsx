// A text object: plain text as it stands, mrkdwn as the rich text it means.
import type { Text } from "../slack";
import { Drawn } from "./drawn";
import { mrkdwn, plain } from "./mrkdwn";

export function Words({ text }: { text: Text }) {
  if (text.type !== "mrkdwn") return <span className="plain" dir="auto">{plainly(text)}</span>;
  return <Drawn block={{ type: "rich_text", elements: mrkdwn(text.text, text.verbatim) }} />;
}

/** For places that hold a string only: options, placeholders, titles, buttons. */
export const plainly = (text: Text | undefined): string => (text ? plain(text.text, text.emoji !== false) : "");
