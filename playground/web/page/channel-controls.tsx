// In the panel: what happens to the channel one looks at.
import { useState, type FormEvent } from "react";
import { useWanted } from "./picks";
import { useDeed } from "./server";
import { channelTitle, type Channel } from "./state";

export function ChannelControls({ channel, bot }: { channel: Channel; bot: string }) {
  const deed = useDeed();
  const title = channelTitle(channel);
  return (
    <>
      <Tick label={`${bot} is a member of ${title}`} on={channel.bot_is_member} ask={(member) => deed("membership", { channel: channel.id, member })} />
      <details className="more">
        <summary>More about {title}</summary>
        <Tick label="Archived" on={channel.is_archived} ask={(archived) => deed("channel", { channel: channel.id, archived })} />
        <Rename channel={channel} />
      </details>
    </>
  );
}

function Tick({ label, on, ask }: { label: string; on: boolean; ask: Parameters<typeof useWanted<boolean>>[1] }) {
  const [shown, want] = useWanted(on, ask);
  return (
    <label className="tick">
      <input type="checkbox" checked={shown} onChange={(event) => void want(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

function Rename({ channel }: { channel: Channel }) {
  const deed = useDeed();
  const [name, setName] = useState(channel.name);
  const rename = (event: FormEvent) => (event.preventDefault(), void deed("channel", { channel: channel.id, name }));
  return (
    <form className="rename" onSubmit={rename}>
      <input className="field" aria-label="Name of the channel" value={name} onChange={(event) => setName(event.target.value)} />
      <button type="submit" className="button">Rename</button>
    </form>
  );
}
