// The one place that calls slack-blocks-to-jsx: hands it a block and our hooks for names, emoji, dates and links.
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { Message, type Block as TheirBlock, type MessageProps } from "slack-blocks-to-jsx";
import { usePlaygroundState } from "../server";
import type { Block } from "../slack";
import { channelTitle } from "../state";
import { formatted } from "./dates";
import { emojiNamed } from "./emoji";
import { Raw } from "./raw";

const HOOKS: MessageProps["hooks"] = {
  user: ({ id }) => <Person id={id} />,
  channel: ({ id }) => <Channel id={id} />,
  emoji: (emoji, theirs) => (emoji.unicode ? theirs(emoji) : emojiNamed(emoji.name)) ?? `:${emoji.name}:`,
  // The library does not say where in its text a date stands; most stand inside it.
  date: ({ timestamp, format, fallback }) => formatted(Number(timestamp), format, fallback || timestamp, false),
  link: ({ href, children, className }) => <Link href={href} className={className} text={children} />,
};

const RICH_TEXT = /^(rich_text_(section|list|quote|preformatted)|text|link|emoji|user|usergroup|channel|broadcast|color|date)$/;

/** The library leaves out parts of rich text it does not know, without a word. */
const isKnown = (part: Block): boolean => ((part.elements as Block[]) ?? []).every((each) => RICH_TEXT.test(each.type) && isKnown(each));

export function Drawn({ block }: { block: Block }) {
  return block.type === "rich_text" && !isKnown(block) ? <Raw value={block} /> : <Theirs block={block} />;
}

/** What the library draws of one block, or the block's JSON when it draws nothing. */
function Theirs({ block }: { block: Block }) {
  const place = useRef<HTMLDivElement>(null);
  const [nothing, setNothing] = useState(false);
  useLayoutEffect(() => {
    const wrapper = place.current?.querySelector(".slack_blocks_to_jsx--block_wrapper");
    setNothing(!wrapper?.firstElementChild);
  }, [block]);
  return (
    <>
      <div ref={place} className="drawn" hidden={nothing}>
        <Message blocks={[block as unknown as TheirBlock]} name="" logo="" withoutWrapper theme="light" hooks={HOOKS} />
      </div>
      {nothing && <Raw value={block} />}
    </>
  );
}

function Person({ id }: { id: string }) {
  const { people, bot } = usePlaygroundState();
  const name = [...people, bot].find((person) => person.id === id)?.name ?? id;
  return <span className="mention">@<bdi>{name}</bdi></span>;
}

function Channel({ id }: { id: string }) {
  const channel = usePlaygroundState().channels.find((each) => each.id === id);
  return channel ? <a className="mention" href={`#${id}`}>{channelTitle(channel)}</a> : <span className="mention">#{id}</span>;
}

/** Links come from data: only these schemes are followed. */
export const SAFE_LINK = /^(https?:\/\/|mailto:|tel:)/i;

function Link({ href, className, text }: { href: string; className?: string; text: ReactNode }) {
  if (!SAFE_LINK.test(href)) return <span>{text}</span>;
  return (
    <a href={href} className={`link ${className ?? ""}`} target="_blank" rel="noopener noreferrer">
      {text}
    </a>
  );
}
