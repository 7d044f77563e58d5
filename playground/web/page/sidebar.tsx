// Where one can go: channels, direct messages, and App Home once there is one.
import { HOME } from "./app";
import { channelTitle, type Channel, type State } from "./state";

export function Sidebar({ state, current }: { state: State; current: string | undefined }) {
  const of = (kind: Channel["kind"]) => state.channels.filter((channel) => channel.kind === kind);
  const me = state.people.find((person) => person.id === state.me);
  return (
    <div className="sidebar">
      <header className="workspace-name">
        <strong>{state.workspace ?? "careCycle playground"}</strong>
        <span dir="auto">{me?.name}</span>
      </header>
      <nav aria-label="Conversations">
        {state.home && <Links title="Apps" links={[{ id: HOME, name: "App Home" }]} current={current} />}
        <Links title="Channels" links={of("channel").map(named)} current={current} />
        <Links title="Direct messages" links={of("im").map(named)} current={current} />
      </nav>
    </div>
  );
}

interface Goal {
  id: string;
  name: string;
}

const named = (channel: Channel): Goal => ({ id: channel.id, name: channelTitle(channel) });

function Links({ title, links, current }: { title: string; links: Goal[]; current: string | undefined }) {
  if (links.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {links.map(({ id, name }) => (
          <li key={id}>
            <a href={`#${encodeURIComponent(id)}`} aria-current={id === current ? "page" : undefined} title={name} dir="auto">{name}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
