// One message in a conversation.
import { Avatar } from "./avatar";
import { Blocks } from "./blocks/blocks";
import { clock, moment } from "./blocks/dates";
import { Boundary } from "./blocks/raw";
import { Words } from "./blocks/words";
import { Previews } from "./preview";
import { MessageMenu } from "./message-menu";
import { usePlaygroundState } from "./server";
import type { Message } from "./state";
import { SurfaceOf, useValues } from "./surface";

export function MessageRow({ message }: { message: Message }) {
  const name = useName(message);
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  const kinds = [message.ephemeral && "ephemeral", message.error && "error", reply && "reply"].filter(Boolean).join(" ");
  return (
    <article className={`message ${kinds}`} aria-label={`${name}, ${clock(dateOf(message.ts))}`}>
      {message.ephemeral && <p className="only-you">Only visible to you</p>}
      {reply && <p className="only-you">In a thread</p>}
      <Avatar id={message.user} name={name} bot={message.is_bot} error={message.error} />
      <div className="message-main">
        <Byline message={message} name={name} />
        <Content message={message} />
      </div>
      <MessageMenu message={message} />
    </article>
  );
}

function useName(message: Message): string {
  const { people, bot } = usePlaygroundState();
  if (message.error) return "Slackbot";
  if (message.is_bot) return bot.name;
  return people.find((person) => person.id === message.user)?.name ?? message.user;
}

function Byline({ message, name }: { message: Message; name: string }) {
  const at = dateOf(message.ts);
  const company = usePlaygroundState().people.find((person) => person.id === message.user)?.company;
  return (
    <header className="byline">
      <strong dir="auto">{name}</strong>
      {company && <span className="company">{company}</span>}
      {message.is_bot && !message.error && <span className="app-badge">APP</span>}
      <time dateTime={at.toISOString()} title={at.toLocaleString()}>{moment(at)}</time>
    </header>
  );
}

function Content({ message }: { message: Message }) {
  const blocks = message.blocks ?? [];
  const [values, change] = useValues(JSON.stringify(blocks));
  return (
    <SurfaceOf place={{ channel: message.channel, ts: message.ts }} blocks={blocks} conversation={message.channel} values={values} onChange={change}>
      <Boundary value={message}>
        {blocks.length > 0 ? <Blocks blocks={blocks} /> : <Words text={{ type: "mrkdwn", text: message.text }} />}
      </Boundary>
      <Previews message={message} />
      {message.edited && <span className="edited">(edited)</span>}
    </SurfaceOf>
  );
}

function dateOf(ts: string): Date {
  const date = new Date(Number(ts) * 1000);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}
