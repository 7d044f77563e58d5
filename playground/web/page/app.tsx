// The page: sidebar, conversation or App Home, the playground's controls, and the modals on top.
import { useEffect, useState, type ReactNode } from "react";
import { Asking } from "./confirm";
import { Controls } from "./controls";
import { Conversation } from "./conversation";
import { Home } from "./home";
import { Modal } from "./modal";
import { Notice } from "./notice";
import { Pane } from "./preview";
import { DeedContext, post, StateContext, useDeed, usePlayground, type Deed } from "./server";
import { Sidebar } from "./sidebar";
import { Missing } from "./workspaces";
import { currentWorkspace, type Channel, type State } from "./state";

export const HOME = "home";

export function App() {
  const { state, lost } = usePlayground();
  const [failure, setFailure] = useState<string | null>(null);
  const deed: Deed = async (name, body) => {
    const answer = await post(name, body);
    setFailure(answer.ok ? null : (answer.error ?? "The playground could not do that."));
    return answer;
  };
  const notice = <Notice text={failure} onClose={() => setFailure(null)} />;
  return (
    <StateContext value={state}>
      <DeedContext value={deed}>
        <Asking>
          {lost && <div className="lost" role="alert">The connection to the playground is lost. Is it still running? Trying again…</div>}
          {state ? <Workspace state={state} notice={notice} /> : <p className="connecting">Connecting to the playground…</p>}
        </Asking>
      </DeedContext>
    </StateContext>
  );
}

function Workspace({ state, notice }: { state: State; notice: ReactNode }) {
  const place = usePlace();
  const channel = state.channels.find((each) => each.id === place) ?? state.channels[0] ?? null;
  const atHome = place === HOME && currentWorkspace(state).installed;
  const deed = useDeed();
  useEffect(() => {
    if (atHome) void deed("home", {}); // Slack tells the app each time somebody looks
  }, [atHome, state.me]); // eslint-disable-line -- the deed itself is made anew with every state
  const top = state.views.at(-1); // what is said must be said inside it: nothing outside a modal can be reached
  return (
    <>
      <div className="workspace">
        <Sidebar state={state} current={atHome ? HOME : channel?.id} />
        <main className="main">
          <Missing state={state} />
          {atHome ? <Home home={state.home ?? null} /> : <Shown state={state} channel={channel} />}
          {state.pane && <Pane pane={state.pane} />}
        </main>
        <Controls state={state} channel={channel} />
      </div>
      {state.views.map((view) => (
        <Modal key={view.id} open={view} covered={view !== top} conversation={channel?.id ?? null} notice={view === top && notice} />
      ))}
      {!top && notice}
    </>
  );
}

function Shown({ state, channel }: { state: State; channel: Channel | null }) {
  if (!channel) return <p className="connecting">This workspace has no conversations.</p>;
  return <Conversation key={`${channel.id} ${state.me}`} state={state} channel={channel} />;
}

/** The conversation is in the address, so that links and the Back button work. */
function usePlace(): string {
  const [place, setPlace] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const moved = () => setPlace(location.hash.slice(1));
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, []);
  return decodeURIComponent(place);
}
