// Listens to the playground and posts what the person does. Nothing else on this page talks to the network.
import { createContext, useContext, useEffect, useState } from "react";
import { setClock } from "./present";
import type { State } from "./state";

export interface Answer {
  ok: boolean;
  error?: string;
  [field: string]: unknown;
}

const RETRY_AFTER_MS = 1000;

/** The state as last heard, and whether the line is dead. The browser's own retry gives up on an HTTP error, so ours replaces it. */
export function usePlayground(): { state: State | null; lost: boolean } {
  const [state, setState] = useState<State | null>(null);
  const [lost, setLost] = useState(false);
  useEffect(() => listen(setState, setLost), []);
  return { state, lost };
}

function listen(heard: (state: State) => void, lost: (lost: boolean) => void): () => void {
  let timer = 0;
  let source: EventSource;
  const open = () => {
    source = new EventSource("/page/events");
    source.onopen = () => lost(false);
    source.onmessage = (event) => {
      const state = JSON.parse(event.data) as State;
      setClock(state.clock);
      heard(state);
    };
    source.onerror = () => {
      source.close();
      lost(true);
      timer = window.setTimeout(open, RETRY_AFTER_MS);
    };
  };
  open();
  return () => {
    window.clearTimeout(timer);
    source.close();
  };
}

/** Posts one deed and waits until the playground has done it. Never throws: what went wrong is in the answer. */
export async function post(deed: string, body: object): Promise<Answer> {
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`/page/${deed}`, { method: "POST", headers, body: JSON.stringify(body) });
    return await answer(response);
  } catch {
    return { ok: false, error: "The playground did not answer." };
  }
}

async function answer(response: Response): Promise<Answer> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { ok: response.ok, error: `The playground answered ${response.status}.` };
  }
}

export type Deed = (deed: string, body: object) => Promise<Answer>;

/** Posts a deed and tells the person when it failed. */
export const DeedContext = createContext<Deed>(post);
export const useDeed = (): Deed => useContext(DeedContext);

export const StateContext = createContext<State | null>(null);

export function usePlaygroundState(): State {
  const state = useContext(StateContext);
  if (!state) throw new Error("drawn outside the playground");
  return state;
}
