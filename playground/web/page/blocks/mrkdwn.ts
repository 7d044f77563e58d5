// Reads Slack's mrkdwn into rich text elements, as Slack itself does, which the library then draws.
// The library's own reading is Markdown: it loses lines that begin with #, and turns [a](b) and 09:02:11 into something else.
import { formatted } from "./dates";
import { withEmoji } from "./emoji";

export interface Style {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
}

export type Piece = { type: string; style?: Style; [field: string]: unknown };
export type Paragraph = { type: string; elements: Piece[] };

/** What is in <…> or `…`; whether the whole text starts with it. */
interface Atom {
  text: string;
  starts: boolean;
}

interface Reading {
  atoms: Atom[]; // taken out before bold and italic are looked for
  verbatim: boolean;
}

const MARKS: [keyof Style, RegExp][] = [
  ["bold", /(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])/u],
  ["italic", /(?<![\p{L}\p{N}_])_(?=[^\s_])([^\n]*?[^\s_])_(?![\p{L}\p{N}_])/u],
  ["strike", /(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])/u],
];
const ATOM = /`[^`\n]+`|<[^<>\n]+>/g;
const HELD = /\uE000(\d+)\uE001/;
const BARE_LINK = /\bhttps?:\/\/[^\s<>\uE000\uE001]*[^\s<>\uE000\uE001.,;:!?)'"\]*_~]/;

export const decoded = (text: string): string =>
  text.replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: "<", gt: ">", amp: "&" })[name]!);

/** Plain text: nothing in it means anything, but for emoji unless they are switched off. */
export function plain(text: string, emoji: boolean): string {
  return emoji ? withEmoji(decoded(text)) : decoded(text);
}

export function mrkdwn(text: string, verbatim = false): Paragraph[] {
  return text
    .replace(/[\uE000\uE001]/g, "")
    .split(/```\n?([\s\S]+?)\n?```\n?/)
    .flatMap((part, index) => (index % 2 ? [preformatted(part)] : lines(part, verbatim, index === 0)))
    .filter((paragraph) => paragraph.elements.length > 0);
}

const preformatted = (text: string): Paragraph => ({ type: "rich_text_preformatted", elements: [{ type: "text", text: decoded(text) }] });

/** Lines that begin with > are a quote; neighbours of the same kind stay together. */
function lines(text: string, verbatim: boolean, first: boolean): Paragraph[] {
  if (!text) return [];
  const groups: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quote = /^(?:>|&gt;) ?(.*)$/.exec(line);
    const last = groups.at(-1);
    if (last?.quoted === !!quote) last.lines.push(quote?.[1] ?? line);
    else groups.push({ quoted: !!quote, lines: [quote?.[1] ?? line] });
  }
  return groups.map((group, index) => paragraph(group.quoted, group.lines.join("\n"), verbatim, first && index === 0));
}

function paragraph(quoted: boolean, text: string, verbatim: boolean, first: boolean): Paragraph {
  const atoms: Atom[] = [];
  const starts = (at: number) => first && /^[\s*_~]*$/.test(text.slice(0, at));
  const held = text.replace(ATOM, (atom, at: number) => `\uE000${atoms.push({ text: atom, starts: starts(at) }) - 1}\uE001`);
  return { type: quoted ? "rich_text_quote" : "rich_text_section", elements: styled(held, {}, { atoms, verbatim }) };
}

function styled(text: string, style: Style, reading: Reading): Piece[] {
  const found = MARKS.map(([mark, pattern]) => ({ mark, match: style[mark] ? null : pattern.exec(text) }))
    .filter((each) => each.match)
    .sort((a, b) => a.match!.index - b.match!.index)[0];
  if (!found?.match) return unstyled(text, style, reading);
  const { match, mark } = found;
  return [
    ...unstyled(text.slice(0, match.index), style, reading),
    ...styled(match[1]!, { ...style, [mark]: true }, reading),
    ...styled(text.slice(match.index + match[0].length), style, reading),
  ];
}

function unstyled(text: string, style: Style, reading: Reading): Piece[] {
  const held = HELD.exec(text);
  if (!held) return bare(text, style, reading.verbatim);
  return [
    ...bare(text.slice(0, held.index), style, reading.verbatim),
    atom(reading.atoms[Number(held[1])]!, style),
    ...unstyled(text.slice(held.index + held[0].length), style, reading),
  ];
}

function bare(text: string, style: Style, verbatim: boolean): Piece[] {
  const link = verbatim ? null : BARE_LINK.exec(text);
  if (!link) return text ? [words(text, style)] : [];
  return [
    ...bare(text.slice(0, link.index), style, verbatim),
    { type: "link", url: decoded(link[0]), style },
    ...bare(text.slice(link.index + link[0].length), style, verbatim),
  ];
}

const words = (text: string, style: Style): Piece => ({ type: "text", text: plain(text, true), style });

function atom({ text, starts }: Atom, style: Style): Piece {
  if (text.startsWith("`")) return { type: "text", text: decoded(text.slice(1, -1)), style: { ...style, code: true } };
  const inner = text.slice(1, -1);
  const bar = inner.indexOf("|");
  const [target, label] = bar < 0 ? [inner, ""] : [inner.slice(0, bar), inner.slice(bar + 1)];
  if (target.startsWith("!date^")) return date(target, decoded(label), style, starts);
  return reference(target, label, style) ?? words(text, style);
}

function reference(target: string, label: string, style: Style): Piece | null {
  if (/^@[UWB]\w+$/.test(target)) return { type: "user", user_id: target.slice(1), style };
  if (/^#[CDG]\w+$/.test(target)) return { type: "channel", channel_id: target.slice(1), style };
  if (/^!(here|channel|everyone)$/.test(target)) return { type: "broadcast", range: target.slice(1), style };
  if (target.startsWith("!subteam^")) return { type: "text", text: plain(label || `@${target.slice(9)}`, true), style };
  if (/^(https?:\/\/|mailto:|tel:)/i.test(target)) return { type: "link", url: decoded(target), text: plain(label || target, true), style };
  return null;
}

function date(target: string, fallback: string, style: Style, starts: boolean): Piece {
  const [, unix, format = "", url] = target.split("^");
  const text = formatted(/^\d+$/.test(unix ?? "") ? Number(unix) : NaN, format, fallback, starts);
  return url ? { type: "link", url: decoded(url), text, style } : { type: "text", text, style };
}
