// In the panel: why careCycle goes on failing for a while after it answered 429.
import { useEffect, useState } from "react";

export function Resting({ seconds, clock }: { seconds: number; clock: boolean }) {
  const [over, setOver] = useState(false);
  useEffect(() => {
    setOver(false);
    const timer = window.setTimeout(() => setOver(true), seconds * 1000);
    return () => window.clearTimeout(timer);
  }, [seconds]);
  if (seconds <= 0 || over) return null;
  return (
    <p className="quiet-text" role="status" aria-label="After a 429">
      careCycle answered 429, so for another {seconds} seconds the bot does not ask it anything, also when careCycle works again.
      Cards that it has in memory are shown.{clock && <> (<em>1 hour on</em> ends the wait.)</>}
    </p>
  );
}
