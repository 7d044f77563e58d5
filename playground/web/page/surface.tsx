// Where blocks stand: a message, a modal or App Home. Keeps what is typed there and posts what is pressed.
import { createContext, useContext, useState, type ReactNode } from "react";
import { useAsk } from "./confirm";
import { useDeed } from "./server";
import type { Block, Element } from "./slack";
import { collect, initialValue, type Value, type Values } from "./values";

/** What the stand-in needs to find the block again. */
export type Place = { channel: string; ts: string } | { view_id: string };

interface Surface {
  place: Place;
  conversation: string | null;
  errors: Record<string, string>;
  values: Values;
  change(block_id: string, action_id: string, value: Value): void;
  act(block_id: string, element: Element, selected: object, values?: Values): Promise<void>;
}

const SurfaceContext = createContext<Surface | null>(null);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error("an element outside a surface");
  return surface;
}

interface Props {
  place: Place;
  blocks: Block[];
  conversation?: string | null;
  errors?: Record<string, string>;
  values: Values;
  onChange: (block_id: string, action_id: string, value: Value) => void;
  children: ReactNode;
}

export function SurfaceOf({ place, blocks, conversation = null, errors = {}, values, onChange, children }: Props) {
  const deed = useDeed();
  const act: Surface["act"] = async (block_id, element, selected, now = values) => {
    const action = { block_id, action_id: element.action_id, type: element.type, selected };
    await deed("act", { ...place, ...action, values: collect(blocks, now, conversation) });
  };
  return <SurfaceContext value={{ place, conversation, errors, values, change: onChange, act }}>{children}</SurfaceContext>;
}

/** What was changed here. A message that is updated starts anew; a modal keeps what was typed, so it names no version. */
export function useValues(version = ""): [Values, (block_id: string, action_id: string, value: Value) => void] {
  const [kept, setKept] = useState<{ version: string; values: Values }>({ version, values: {} });
  const current = (of: typeof kept) => (of.version === version ? of.values : {});
  const change = (block_id: string, action_id: string, value: Value) =>
    setKept((before) => ({ version, values: withValue(current(before), block_id, action_id, value) }));
  return [current(kept), change];
}

export const withValue = (values: Values, block_id: string, action_id: string, value: Value): Values => ({
  ...values,
  [block_id]: { ...values[block_id], [action_id]: value },
});

/** An element in its block. Inside an input block it acts only when the block says `dispatch_action`. */
export interface Slot {
  element: Element;
  block_id: string;
  acts: boolean;
  input?: { id: string; describedBy?: string; invalid: boolean };
}

/** The value an element holds now, and how to pick another: kept, and posted where the element acts. */
export function useChoice({ element, block_id, acts }: Slot): [Value, (picked: object) => Promise<void>] {
  const surface = useSurface();
  const ask = useAsk();
  const action_id = element.action_id ?? element.type;
  const value = surface.values[block_id]?.[action_id] ?? initialValue(element, surface.conversation);
  const pick = async (picked: object) => {
    if (acts && element.confirm && !(await ask(element.confirm))) return;
    const next = { type: element.type, ...picked };
    surface.change(block_id, action_id, next);
    if (acts) await surface.act(block_id, element, picked, withValue(surface.values, block_id, action_id, next));
  };
  return [value, pick];
}
