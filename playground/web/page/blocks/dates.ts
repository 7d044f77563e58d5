// Slack's date tokens, as its desktop client shows them in English, in the time zone of this browser.
import { present } from "../present";

const ORDINALS: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };
const HALF_A_YEAR_MS = 182 * 24 * 3600 * 1000;

const ordinal = new Intl.PluralRules("en-US", { type: "ordinal" });
const part = (date: Date, options: Intl.DateTimeFormatOptions) => date.toLocaleString("en-US", options).replace(/\u202f/g, " ");
const two = (number: number) => String(number).padStart(2, "0");

const FORMATS: Record<string, (date: Date) => string> = {
  date_num: (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
  date_slash: (date) => part(date, { day: "2-digit", month: "2-digit", year: "numeric" }),
  date: (date) => `${part(date, { month: "long" })} ${nth(date)}${year(date)}`,
  date_short: (date) => `${part(date, { month: "short" })} ${date.getDate()}${year(date)}`,
  date_long: (date) => `${part(date, { weekday: "long", month: "long" }).replace(/^(\S+) (\S+)$/, "$2, $1")} ${nth(date)}${year(date)}`,
  date_long_full: (date) => part(date, { month: "long", day: "numeric", year: "numeric" }),
  time: (date) => part(date, { hour: "numeric", minute: "2-digit" }),
  time_secs: (date) => part(date, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (date) => ago(date),
};
const PRETTY: Record<string, string> = {
  date_pretty: "date",
  date_short_pretty: "date_short",
  date_long_pretty: "date_long",
  day_divider_pretty: "date_long",
};

export const clock = (date: Date): string => FORMATS.time!(date);

/** The time alone while it is today in the playground, and with the day before it otherwise. */
export const moment = (date: Date): string => (nearby(date) === "today" ? clock(date) : `${FORMATS.date_short!(date)}, ${clock(date)}`);

/** The tokens of `format` filled in; `fallback` when the time is no time or a token is not Slack's. Only what `starts` its text says Today, not today. */
export function formatted(unix: number, format: string, fallback: string, starts: boolean): string {
  const date = new Date(unix * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  let unknown = false;
  const text = format.replace(/\{(\w+)\}/g, (token, name: string, at: number) => {
    const shown = filled(date, name, starts && at === 0);
    unknown ||= shown === null;
    return shown ?? token;
  });
  return unknown ? fallback : text;
}

function filled(date: Date, token: string, starts: boolean): string | null {
  const plain = PRETTY[token];
  const near = plain && nearby(date);
  if (near) return starts ? near[0]!.toUpperCase() + near.slice(1) : near;
  return FORMATS[plain ?? token]?.(date) ?? null;
}

function nearby(date: Date): string | null {
  const midnight = (of: Date, shift = 0) => new Date(of.getFullYear(), of.getMonth(), of.getDate() + shift).getTime();
  const now = new Date(present());
  const day = midnight(date);
  if (day === midnight(now)) return "today";
  if (day === midnight(now, -1)) return "yesterday";
  return day === midnight(now, 1) ? "tomorrow" : null;
}

const nth = (date: Date) => `${date.getDate()}${ORDINALS[ordinal.select(date.getDate())]}`;

/** Slack leaves the year out within six months of now. */
const year = (date: Date) => (Math.abs(date.getTime() - present()) < HALF_A_YEAR_MS ? "" : `, ${date.getFullYear()}`);

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

function ago(date: Date): string {
  const seconds = Math.round((date.getTime() - present()) / 1000);
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? STEPS.at(-1)!;
  return new Intl.RelativeTimeFormat("en-US").format(Math.trunc(seconds / size), unit);
}
