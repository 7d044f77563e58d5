// What time it is in the playground: its clock may be ahead of this browser's, and run faster.

let heard = { now: Date.now(), at: Date.now(), speed: 1 };

/** Sets this page's clock by the playground's; null: it is the true one. */
export function setClock(clock: { now: number; speed: number } | null): void {
  const at = Date.now();
  heard = clock ? { now: clock.now * 1000, at, speed: clock.speed } : { now: at, at, speed: 1 };
}

/** Milliseconds since 1970. */
export const present = (): number => heard.now + (Date.now() - heard.at) * heard.speed;
