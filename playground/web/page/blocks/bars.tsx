// A bar chart: a bar for each category, in it a part for each series.
import { COLORS, Legend } from "./legend";

export interface Series {
  name: string;
  data: { label: string; value: number }[];
}

interface Props {
  series: Series[];
  categories: string[];
  x?: string;
  y?: string;
  name: string;
}

const WIDTH = 600;
const HEIGHT = 190; // of the bars
const LEFT = 56; // the numbers of the axis
const TOP = 18; // the number above the highest bar
const STEPS = 4;
const PER_LETTER = 4; // how much deeper each letter of a slanted name reaches
const SLANTED_FROM = 8; // categories whose names no longer fit beside each other

const shown = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

export function Bars({ series, categories, x, y, name }: Props) {
  const slanted = categories.length >= SLANTED_FROM || categories.some((each) => each.length > 12);
  const totals = categories.map((_, index) => series.reduce((sum, each) => sum + (each.data[index]?.value ?? 0), 0));
  const top = ceiling(Math.max(...totals, 0));
  const height = TOP + HEIGHT + (slanted ? 30 + PER_LETTER * Math.max(...categories.map((each) => each.length)) : 22) + (x ? 18 : 0);
  return (
    <>
      {y && <p className="axis-name" dir="auto">{y}</p>}
      <svg className="bars" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`${name}. ${inWords(series, categories)}`}>
        <Axis top={top} />
        {categories.map((category, index) => (
          <Bar key={category} series={series} index={index} count={categories.length} top={top} total={totals[index]!} category={category} slanted={slanted} />
        ))}
        {x && <text x={(WIDTH + LEFT) / 2} y={height - 4} textAnchor="middle">{x}</text>}
      </svg>
      {series.length > 1 && <Legend entries={series} />}
    </>
  );
}

function Axis({ top }: { top: number }) {
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const y = TOP + HEIGHT - (HEIGHT * step) / STEPS;
    return (
      <g key={step}>
        <line className="grid" x1={LEFT} x2={WIDTH} y1={y} y2={y} />
        <text x={LEFT - 8} y={y + 4} textAnchor="end">{shown((top * step) / STEPS)}</text>
      </g>
    );
  });
}

interface BarProps {
  series: Series[];
  index: number;
  count: number;
  top: number;
  total: number;
  category: string;
  slanted: boolean;
}

function Bar({ series, index, count, top, total, category, slanted }: BarProps) {
  const room = (WIDTH - LEFT) / count;
  const width = Math.min(room * 0.64, 72);
  const middle = LEFT + room * (index + 0.5);
  const y = (value: number) => TOP + HEIGHT - (HEIGHT * value) / top;
  const below = (part: number) => series.slice(0, part).reduce((sum, each) => sum + (each.data[index]?.value ?? 0), 0);
  const turn = slanted ? { textAnchor: "end" as const, transform: `rotate(-35 ${middle} ${TOP + HEIGHT + 14})` } : { textAnchor: "middle" as const };
  return (
    <g>
      {series.map((each, part) => {
        const value = each.data[index]?.value ?? 0;
        const from = y(below(part) + value);
        return (
          <rect key={each.name} className="bar" x={middle - width / 2} y={from} width={width} height={y(below(part)) - from} fill={COLORS[part % COLORS.length]}>
            <title>{`${category}, ${each.name}: ${shown(value)}`}</title>
          </rect>
        );
      })}
      {room > 30 && <text className="total" x={middle} y={y(total) - 5} textAnchor="middle">{shown(total)}</text>}
      <text x={middle} y={TOP + HEIGHT + 16} {...turn}>{category}</text>
    </g>
  );
}

/** The next round number, so that the axis reads easily: 1, 2, 4, 6 or 8 times a power of ten. */
function ceiling(highest: number): number {
  if (highest <= 0) return STEPS;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 4, 6, 8, 10].find((each) => highest <= each * power)!;
  return step * power;
}

/** The chart for those who do not see it. */
const inWords = (series: Series[], categories: string[]): string =>
  series.map((each) => `${each.name}: ${categories.map((category, index) => `${category} ${shown(each.data[index]?.value ?? 0)}`).join(", ")}`).join(". ");
