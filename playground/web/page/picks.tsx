// A choice in the panel, which shows what was asked for until the playground has done it.
import { useId, useState } from "react";
import type { Answer } from "./server";
import type { Choice } from "./state";

/** Shows what was asked for at once, and what is once the playground has changed it, or has refused. */
export function useWanted<T>(actual: T, ask: (wanted: T) => Promise<Answer>): [T, (wanted: T) => Promise<void>] {
  const [wanted, setWanted] = useState<{ value: T; from: T } | null>(null);
  const want = async (value: T) => {
    setWanted({ value, from: actual });
    if (!(await ask(value)).ok) setWanted(null);
  };
  return [wanted && wanted.from === actual ? wanted.value : actual, want];
}

interface PickProps {
  label: string;
  value: string;
  choices: Choice[];
  broken?: boolean;
  onPick: (name: string) => Promise<Answer>;
}

export function Pick({ label, value, choices, broken, onPick }: PickProps) {
  const id = useId();
  const [shown, want] = useWanted(value, onPick);
  return (
    <div className={broken ? "pick broken" : "pick"}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className="field select" value={shown} onChange={(event) => void want(event.target.value)}>
        {choices.map((choice) => <option key={choice.name} value={choice.name}>{choice.label}</option>)}
      </select>
    </div>
  );
}
