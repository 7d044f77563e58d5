// What the colors of a chart mean.

/** Told apart also without color: each darker or lighter than its neighbour, and named in the legend in the same order. */
export const COLORS = ["#1264a3", "#e8a33d", "#007a5a", "#c2508f", "#6b4fbb", "#868686"];

export function Legend({ entries }: { entries: { name: string; value?: string }[] }) {
  return (
    <ul className="legend">
      {entries.map(({ name, value }, index) => (
        <li key={index}>
          <span className="swatch" aria-hidden="true" style={{ background: COLORS[index % COLORS.length] }} />
          <bdi>{name}</bdi>
          {value && <span className="legend-value">{value}</span>}
        </li>
      ))}
    </ul>
  );
}
