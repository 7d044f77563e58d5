// A pie chart with its legend: each part with its number and its share.
import { COLORS, Legend } from "./legend";

export interface Segment {
  label: string;
  value: number;
}

const RADIUS = 80;
const EDGE = 84; // half the picture: the radius and a little air

export function Pie({ segments, name }: { segments: Segment[]; name: string }) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const before = (index: number) => segments.slice(0, index).reduce((sum, { value }) => sum + value, 0) / total;
  const entries = segments.map(({ label, value }) => ({ name: label, value: `${value.toLocaleString("en-US")} (${share(value / total)})` }));
  const words = entries.map((entry) => `${entry.name} ${entry.value}`).join(", ");
  return (
    <div className="pie">
      <svg viewBox={`${-EDGE} ${-EDGE} ${2 * EDGE} ${2 * EDGE}`} role="img" aria-label={`${name}. ${words}`}>
        {segments.map(({ label, value }, index) => (
          <path key={label} d={slice(before(index), before(index) + value / total)} fill={COLORS[index % COLORS.length]}>
            <title>{`${label}: ${entries[index]!.value}`}</title>
          </path>
        ))}
      </svg>
      <Legend entries={entries} />
    </div>
  );
}

/** Rounded so that it is not wrong: little is not nothing, and nearly all is not all. */
function share(part: number): string {
  if (part > 0 && part < 0.01) return "<1%";
  if (part > 0.99 && part < 1) return ">99%";
  return `${Math.round(part * 100)}%`;
}

/** From one part of the turn to another, clockwise from the top. A whole turn is two halves: an arc cannot end where it begins. */
function slice(from: number, to: number): string {
  if (to - from > 0.999) return `M0 ${-RADIUS}A${RADIUS} ${RADIUS} 0 1 1 0 ${RADIUS}A${RADIUS} ${RADIUS} 0 1 1 0 ${-RADIUS}Z`;
  const at = (turn: number) => `${RADIUS * Math.sin(2 * Math.PI * turn)} ${-RADIUS * Math.cos(2 * Math.PI * turn)}`;
  return `M0 0L${at(from)}A${RADIUS} ${RADIUS} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`;
}
