// In the panel: what time it is in the playground, and the ways to put its clock forward.
import { useEffect, useState } from "react";
import { present } from "./present";
import { useDeed } from "./server";
import type { State } from "./state";

const HOUR = 3600;
const THREE_WEEKS = 21; // days
const TICK_MS = 200;

const NEW_YORK = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  weekday: "short",
  month: "short",
  day: "numeric",
  year: "numeric",
  hour: "numeric",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

export function Time({ state }: { state: State }) {
  const deed = useDeed();
  const [living, setLiving] = useState(false);
  if (!state.clock) return null;
  const live = async () => {
    setLiving(true);
    await deed("clock", { live: THREE_WEEKS });
    setLiving(false);
  };
  const { fast } = state.clock;
  const forward = (seconds: number) => void deed("clock", { forward: seconds });
  return (
    <section>
      <h3>Time in New York</h3>
      <Hands />
      <div className="row">
        <button type="button" className="button" onClick={() => forward(HOUR)}>1 hour on</button>
        <button type="button" className="button" onClick={() => forward(24 * HOUR)}>1 day on</button>
        <button type="button" className="button" aria-pressed={fast} onClick={() => void deed("clock", { fast: !fast })}>A day in ten seconds</button>
        <button type="button" className="button" onClick={() => void deed("clock", { to: "clock_change" })}>To the night the clocks change</button>
        <button type="button" className="button" disabled={living} onClick={() => void live()}>{living ? "Living through three weeks…" : "Live through three weeks"}</button>
      </div>
    </section>
  );
}

/** A clock of its own, so that nothing else is drawn again when it ticks. */
function Hands() {
  const [now, setNow] = useState(present);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(present()), TICK_MS);
    return () => window.clearInterval(timer);
  }, []);
  return <p className="time" role="timer" aria-label="Time in New York">{NEW_YORK.format(now)}</p>;
}

/** What sends digests (the bot's scheduler): killed as a process that dies, and started again. */
export function Sending({ state }: { state: State }) {
  const deed = useDeed();
  if (!state.engine) return null;
  const running = state.engine === "running";
  return (
    <section>
      <h3>Sending of digests</h3>
      <p className="engine" role="status" aria-label="Sending of digests">{running ? "Running" : "Stopped"}</p>
      <button type="button" className="button" onClick={() => void deed("engine", { running: !running })}>{running ? "Stop it, as in a crash" : "Start it again"}</button>
    </section>
  );
}
