// One channel or direct message: header, messages, composer.
import { useLayoutEffect, useRef } from "react";
import { Composer } from "./composer";
import { MessageRow } from "./message";
import { useDeed } from "./server";
import { channelTitle, currentWorkspace, type Channel, type Message, type State } from "./state";

const SAMPLE_CAMPAIGN = "497f6eca-6276-4993-bfeb-53cbbbba6f08";
const NEAR_END_PX = 80;

export function Conversation({ state, channel }: { state: State; channel: Channel }) {
  const messages = threaded(state.messages.filter((message) => message.channel === channel.id));
  const { log, onScroll } = useNewest(messages);
  const title = channelTitle(channel);
  const { installed } = currentWorkspace(state);
  return (
    <>
      <Heading channel={channel} bot={state.bot.name} installed={installed} />
      <div className="log" role="log" aria-label={title} tabIndex={0} ref={log} onScroll={onScroll}>
        {messages.length === 0 && installed && <Hint state={state} channel={channel} />}
        {messages.map((message) => <MessageRow key={message.ts} message={message} />)}
      </div>
      <Composer channel={channel.id} title={title} command={state.command} />
    </>
  );
}

function Heading({ channel, bot, installed }: { channel: Channel; bot: string; installed: boolean }) {
  return (
    <header className="heading">
      <h1 dir="auto">{channelTitle(channel)}</h1>
      {channel.shared_with && <span className="tag">Shared with {channel.shared_with}</span>}
      {channel.is_archived && <span className="tag">Archived</span>}
      {installed && !channel.bot_is_member && <span className="quiet-text">{bot} is not a member here</span>}
    </header>
  );
}

function Hint({ state, channel }: { state: State; channel: Channel }) {
  const deed = useDeed();
  const text = `${state.command} ${SAMPLE_CAMPAIGN}`;
  const send = () => {
    void deed("say", { channel: channel.id, text });
    document.querySelector<HTMLElement>(".composer textarea")?.focus();
  };
  return (
    <div className="empty">
      <p>Nothing here yet. Look up a sample campaign:</p>
      <button type="button" className="try" onClick={send}><code>{text}</code></button>
    </div>
  );
}

/** Answers in a thread stand under the message they answer. */
function threaded(messages: Message[]): Message[] {
  const answers = (message: Message) => message.thread_ts && message.thread_ts !== message.ts;
  const roots = messages.filter((message) => !answers(message) || !messages.some((each) => each.ts === message.thread_ts));
  return roots.flatMap((root) => [root, ...messages.filter((message) => answers(message) && message.thread_ts === root.ts)]);
}

/** Shows the newest message, unless the person has scrolled up to read and nothing new came. */
function useNewest(messages: Message[]) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const count = useRef(0);
  useLayoutEffect(() => {
    if (atEnd.current || messages.length > count.current) log.current!.scrollTop = log.current!.scrollHeight;
    count.current = messages.length;
  });
  const onScroll = () => {
    const { scrollHeight, scrollTop, clientHeight } = log.current!;
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  };
  return { log, onScroll };
}
