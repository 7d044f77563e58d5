// A small menu behind a button with three dots: the overflow element, and the actions on a message.
import { useEffect, useRef, useState, type KeyboardEvent } from "react";

export interface Entry {
  label: string;
  run: () => void;
}

export function Menu({ name, entries, className = "" }: { name: string; entries: Entry[]; className?: string }) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => (open ? outside(place.current!, () => setOpen(false)) : undefined), [open]);
  const run = (entry: Entry) => {
    setOpen(false);
    place.current?.querySelector("button")?.focus();
    entry.run();
  };
  return (
    <span className={`menu ${className}`} ref={place} onKeyDown={(event) => keys(event, open, () => setOpen(false))}>
      <button type="button" className="button dots" aria-label={name} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span aria-hidden="true">⋯</span>
      </button>
      {open && <Entries entries={entries} name={name} onRun={run} />}
    </span>
  );
}

function Entries({ entries, name, onRun }: { entries: Entry[]; name: string; onRun: (entry: Entry) => void }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector("button")?.focus(), []);
  return (
    <div className="menu-list" role="menu" aria-label={name} ref={list}>
      {entries.map((entry, index) => (
        <button key={index} type="button" role="menuitem" tabIndex={-1} onClick={() => onRun(entry)}>{entry.label}</button>
      ))}
    </div>
  );
}

function outside(place: HTMLElement, close: () => void): () => void {
  const pressed = (event: Event) => place.contains(event.target as Node) || close();
  document.addEventListener("pointerdown", pressed);
  return () => document.removeEventListener("pointerdown", pressed);
}

function keys(event: KeyboardEvent<HTMLElement>, open: boolean, close: () => void): void {
  if (!open) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const next = items.indexOf(document.activeElement as HTMLElement) + step;
    items.at(next % items.length)?.focus();
  }
  if (event.key === "Escape" || event.key === "Tab") close();
  if (event.key !== "Escape") return;
  event.stopPropagation(); // it closes the menu, not the modal the menu is in
  event.currentTarget.querySelector("button")?.focus();
}
