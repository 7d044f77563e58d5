// Where one can go: channels, direct messages, and App Home once there is one.
import { HOME } from "./app";
import { channelTitle, currentWorkspace, type Channel, type State } from "./state";
import { Rail } from "./workspaces";

export function Sidebar({ state, current }: { state: State; current: string | undefined }) {
  const of = (kind: Channel["kind"]) => state.channels.filter((channel) => channel.kind === kind);
  const me = state.people.find((person) => person.id === state.me);
  return (
    <div className={state.workspaces.length > 1 ? "sidebar with-rail" : "sidebar"}>
      <Rail state={state} />
      <header className="workspace-name">
        <strong>{currentWorkspace(state).name}</strong>
        <span dir="auto">{me?.name}{me?.company && `, ${me.company}`}</span>
      </header>
      <nav aria-label="Conversations">
        {currentWorkspace(state).installed && <Links title="Apps" links={[{ id: HOME, name: "App Home" }]} current={current} />}
        <Links title="Channels" links={of("channel").map(named)} current={current} />
        <Links title="Direct messages" links={of("im").map(named)} current={current} />
      </nav>
    </div>
  );
}

interface Goal {
  id: string;
  name: string;
  shared?: string | null;
}

const named = (channel: Channel): Goal => ({ id: channel.id, name: channelTitle(channel), shared: channel.shared_with });

function Links({ title, links, current }: { title: string; links: Goal[]; current: string | undefined }) {
  if (links.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {links.map(({ id, name, shared }) => (
          <li key={id}>
            <a href={`#${encodeURIComponent(id)}`} aria-current={id === current ? "page" : undefined} title={shared ? `${name}, shared with ${shared}` : name} dir="auto">
              <span className="goal">{name}</span>
              {shared && <span className="shared" role="img" aria-label={`shared with ${shared}`} />}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
