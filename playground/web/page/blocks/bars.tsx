// A bar chart: a bar for each category, in it a part for each series. On a phone it is narrower, its letters are not.
import { useLayoutEffect, useRef, useState } from "react";

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

const WIDEST = 600;
const HIGHEST = 190; // of the bars
const HEIGHT_OF_WIDTH = 0.4; // at most: a phone shows more than a chart
const LEFT = 56; // the numbers of the axis
const TOP = 18; // the number above the highest bar
const STEPS = 4;
const PER_LETTER = 4; // how much deeper each letter of a slanted name reaches
const STEEPER = 1.7; // so much more where names are close together
const CLOSE = 24; // between two names
const LETTER = 7; // wide, at most, with the space to the next name

const shown = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 2 });

export function Bars({ series, categories, x, y, name }: Props) {
  const [box, width] = useWidth();
  const tall = Math.min(HIGHEST, width * HEIGHT_OF_WIDTH);
  const room = (width - LEFT) / categories.length;
  const close = room < CLOSE;
  const slanted = categories.some((each) => each.length * LETTER > room);
  const totals = categories.map((_, index) => series.reduce((sum, each) => sum + (each.data[index]?.value ?? 0), 0));
  const top = ceiling(Math.max(...totals, 0));
  const height = TOP + tall + (slanted ? 24 + PER_LETTER * (close ? STEEPER : 1) * Math.max(...categories.map((each) => each.length)) : 22) + (x ? 18 : 0);
  return (
    <div ref={box}>
      {y && <p className="axis-name" dir="auto">{y}</p>}
      <svg className="bars" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${name}. ${inWords(series, categories)}`}>
        <Axis top={top} width={width} tall={tall} />
        {categories.map((category, index) => (
          <Bar key={category} series={series} index={index} count={categories.length} top={top} total={totals[index]!} category={category} slant={slanted ? (close ? -65 : -35) : 0} width={width} tall={tall} />
        ))}
        {x && <text x={(width + LEFT) / 2} y={height - 4} textAnchor="middle">{x}</text>}
      </svg>
      {series.length > 1 && <Legend entries={series} />}
    </div>
  );
}

/** How wide the chart may be: as wide as what it stands in. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(WIDEST);
  useLayoutEffect(() => {
    const measure = () => setWidth(Math.min(box.current?.clientWidth || WIDEST, WIDEST));
    const watching = new ResizeObserver(measure);
    measure();
    watching.observe(box.current!);
    return () => watching.disconnect();
  }, []);
  return [box, width] as const;
}

function Axis({ top, width, tall }: { top: number; width: number; tall: number }) {
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const y = TOP + tall - (tall * step) / STEPS;
    return (
      <g key={step}>
        <line className="grid" x1={LEFT} x2={width} y1={y} y2={y} />
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
  slant: number; // degrees by which its name is turned
  width: number; // of the whole chart
  tall: number; // the bars at their highest
}

function Bar({ series, index, count, top, total, category, slant, width, tall }: BarProps) {
  const room = (width - LEFT) / count;
  const wide = Math.min(room * 0.64, 72);
  const middle = LEFT + room * (index + 0.5);
  const y = (value: number) => TOP + tall - (tall * value) / top;
  const below = (part: number) => series.slice(0, part).reduce((sum, each) => sum + (each.data[index]?.value ?? 0), 0);
  const turn = slant ? { textAnchor: "end" as const, transform: `rotate(${slant} ${middle} ${TOP + tall + 14})` } : { textAnchor: "middle" as const };
  return (
    <g>
      {series.map((each, part) => {
        const value = each.data[index]?.value ?? 0;
        const from = y(below(part) + value);
        return (
          <rect key={each.name} className="bar" x={middle - wide / 2} y={from} width={wide} height={y(below(part)) - from} fill={COLORS[part % COLORS.length]}>
            <title>{`${category}, ${each.name}: ${shown(value)}`}</title>
          </rect>
        );
      })}
      {room > 30 && <text className="total" x={middle} y={y(total) - 5} textAnchor="middle">{shown(total)}</text>}
      <text x={middle} y={TOP + tall + 16} {...turn}>{category}</text>
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
