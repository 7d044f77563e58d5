// The workspaces there are, as Slack's rail of squares; and what one does where the app is not installed.
import { useDeed } from "./server";
import { currentWorkspace, installUrl, type State, type Workspace } from "./state";

export function Rail({ state }: { state: State }) {
  if (state.workspaces.length < 2) return null;
  return (
    <nav className="rail" aria-label="Workspaces">
      {state.workspaces.map((workspace) => <Square key={workspace.id} workspace={workspace} bot={state.bot.name} />)}
    </nav>
  );
}

function Square({ workspace, bot }: { workspace: Workspace; bot: string }) {
  const deed = useDeed();
  const name = workspace.installed ? workspace.name : `${workspace.name}, without ${bot}`;
  return (
    <button
      type="button"
      className={workspace.installed ? "square" : "square without"}
      aria-label={name}
      aria-current={workspace.current || undefined}
      title={name}
      onClick={() => void deed("workspace", { workspace: workspace.id })}
    >
      {initials(workspace.name)}
    </button>
  );
}

const initials = (name: string): string => name.split(/\s+/).slice(0, 2).map((word) => [...word][0]).join("");

/** Above the conversation, where the app is not installed. */
export function Missing({ state }: { state: State }) {
  const workspace = currentWorkspace(state);
  if (workspace.installed) return null;
  return (
    <div className="missing" role="status">
      <span>{state.bot.name} is not in {workspace.name}. Slack takes neither its command nor its buttons here.</span>
      <AddToSlack state={state} />
    </div>
  );
}

/** In a tab of its own: the bot's pages do not lead back here, and this page hears by itself when it is done. */
function AddToSlack({ state }: { state: State }) {
  const url = installUrl(state, currentWorkspace(state));
  return url && <a className="button primary" href={url} target="_blank" rel="noopener noreferrer">Add to Slack</a>;
}
