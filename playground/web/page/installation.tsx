// In the panel: whether the app is in this workspace, and the sample keys it can be connected with.
import { useState } from "react";
import { useDeed } from "./server";
import { currentWorkspace, type State } from "./state";

const COPIED_MS = 1500;

export function Installation({ state }: { state: State }) {
  if (!state.install_url) return null;
  return (
    <section>
      <h3>The app in this workspace</h3>
      {currentWorkspace(state).installed ? <Remove state={state} /> : <p className="quiet-text">It is not here yet.</p>}
      {state.keys.length > 0 && <Keys state={state} />}
    </section>
  );
}

function Remove({ state }: { state: State }) {
  const deed = useDeed();
  const remove = () => deed("uninstall", { workspace: currentWorkspace(state).id });
  return <button type="button" className="button" onClick={() => void remove()}>Remove the app</button>;
}

function Keys({ state }: { state: State }) {
  return (
    <>
      <p className="quiet-text">Connect it with <code>{state.command} connect</code> and a careCycle key:</p>
      <ul className="keys" aria-label="careCycle keys">
        {state.keys.map(({ name, key }) => <Key key={key} name={name} text={key} />)}
      </ul>
    </>
  );
}

function Key({ name, text }: { name: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    window.setTimeout(setCopied, COPIED_MS, false);
  };
  return (
    <li>
      <span>{name}</span>
      <code>{text}</code>
      <button type="button" className="button quiet" aria-label={`Copy ${name}’s key`} onClick={() => void copy()}>{copied ? "Copied" : "Copy"}</button>
    </li>
  );
}
