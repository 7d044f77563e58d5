// A workflow with the app's step in it: an id goes in, what the step gives comes out.
import { useState, type FormEvent } from "react";
import { useDeed } from "./server";
import type { State } from "./state";

export function Workflow({ state }: { state: State }) {
  const deed = useDeed();
  const [campaign, setCampaign] = useState("");
  const run = (event: FormEvent) => (event.preventDefault(), void deed("step", { campaign }));
  return (
    <form className="workflow" onSubmit={run} aria-label="Workflow step">
      <label className="pick">
        <span>Campaign id or link</span>
        <input className="field" value={campaign} onChange={(event) => setCampaign(event.target.value)} />
      </label>
      <button type="submit" className="button">Run the step</button>
      {state.step && <Outcome step={state.step} />}
    </form>
  );
}

function Outcome({ step }: { step: NonNullable<State["step"]> }) {
  if (step.error) return <p role="status">Failed: {step.error}</p>;
  if (!step.outputs) return <p role="status">Running…</p>;
  return (
    <dl className="fields" role="status">
      {Object.entries(step.outputs).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd dir="auto">{String(value)}</dd></div>
      ))}
    </dl>
  );
}
