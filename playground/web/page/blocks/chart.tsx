// Charts: bars, stacked where there are several series, and pies. Lines and areas are the library's.
import type { Block } from "../slack";
import { Bars, type Series } from "./bars";
import type { BlockProps } from "./blocks";
import { Drawn } from "./drawn";
import { Pie, type Segment } from "./pie";
import { Raw } from "./raw";

interface Drawing {
  type: string;
  segments?: Segment[];
  series?: Series[];
  axis_config?: { categories?: string[]; x_label?: string; y_label?: string };
}

export function Chart({ block }: BlockProps) {
  const chart = block.chart as Drawing;
  if (chart.type === "line" || chart.type === "area" || chart.series?.some(sinks)) return <Drawn block={block} />;
  return (
    <figure className="chart">
      <figcaption dir="auto">{String(block.title ?? "")}</figcaption>
      <Shown block={block} chart={chart} />
    </figure>
  );
}

function Shown({ block, chart }: { block: Block; chart: Drawing }) {
  if (chart.type === "pie" && chart.segments) return <Pie segments={chart.segments} name={String(block.title)} />;
  if (chart.type !== "bar" || !chart.series) return <Raw value={block} />;
  const { categories = [], x_label, y_label } = chart.axis_config ?? {};
  return <Bars series={chart.series} categories={categories} x={x_label} y={y_label} name={String(block.title)} />;
}

const sinks = (series: Series): boolean => series.data.some((point) => point.value < 0);
