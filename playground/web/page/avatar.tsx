// A face for everyone: initials on a color that stays with the person; the bot and Slack have their own.
const COLORS = ["#1264a3", "#8a3b00", "#007a5a", "#7c3085", "#a3154a", "#4a5568", "#5b4bb7", "#0b6b78"];

interface Props {
  id: string;
  name: string;
  bot: boolean;
  error: boolean;
}

export function Avatar({ id, name, bot, error }: Props) {
  if (error) return <span className="avatar slackbot" aria-hidden="true">!</span>;
  if (bot) return <span className="avatar bot" aria-hidden="true">{BOT}</span>;
  const color = COLORS[[...id].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % COLORS.length];
  return <span className="avatar" aria-hidden="true" style={{ background: color }}>{initial(name)}</span>;
}

/** A whole character as one sees it: an emoji or a letter with its accents is not cut. */
const initial = (name: string): string => [...new Intl.Segmenter().segment(name.trim())][0]?.segment.toUpperCase() ?? "?";

const BOT = (
  <svg viewBox="0 0 36 36" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round">
    <path d="M26.5 12.5a10 10 0 1 0 1.4 7" />
    <path d="M27.5 7.5v5.5H22" />
    <path d="M12.5 19h3l2-4 2.5 7 1.8-3h2" />
  </svg>
);
