// A data_table: its header sorts, and its rows come a page at a time.
import { useState } from "react";
import type { BlockProps } from "./blocks";
import { Body, caption, Content, styleOf, type Cell } from "./table";

interface Order {
  column: number;
  down: boolean;
}

export function DataTable({ block }: BlockProps) {
  const [head = [], ...rows] = block.rows as Cell[][];
  const [order, setOrder] = useState<Order | null>(null);
  const [page, setPage] = useState(0);
  const size = (block.page_size as number | undefined) ?? rows.length;
  const pages = Math.max(Math.ceil(rows.length / size), 1);
  const at = Math.min(page, pages - 1); // the table may have become shorter
  const rowHeader = (block.row_header_column_index as number | undefined) ?? 0;
  const look = (column: number) => styleOf({}, rows.map((row) => row[column]));
  const sort = (column: number) => setOrder(next(order, column));
  return (
    <div className="data-table">
      <div className="table-scroll" tabIndex={0} role="group" aria-label={caption(block)}>
        <table className="table">
          <caption>{caption(block)}</caption>
          <thead>
            <tr>{head.map((cell, column) => <Head key={column} cell={cell} style={look(column)} order={order?.column === column ? order : null} onSort={() => sort(column)} />)}</tr>
          </thead>
          <tbody>
            {sorted(rows, order).slice(at * size, (at + 1) * size).map((row, index) => (
              <tr key={index}>{row.map((cell, column) => <Body key={column} cell={cell} style={look(column)} header={column === rowHeader} />)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && <Pages at={at} size={size} rows={rows.length} last={pages - 1} onGo={setPage} />}
    </div>
  );
}

function Head({ cell, style, order, onSort }: { cell: Cell; style: object; order: Order | null; onSort: () => void }) {
  return (
    <th scope="col" style={style} aria-sort={order ? (order.down ? "descending" : "ascending") : undefined}>
      <button type="button" className="sort" onClick={onSort}>
        <Content cell={cell} />
        <span className="arrow" aria-hidden="true">{order ? (order.down ? "▼" : "▲") : ""}</span>
      </button>
    </th>
  );
}

interface PagesProps {
  at: number;
  size: number;
  rows: number;
  last: number;
  onGo: (page: number) => void;
}

function Pages({ at, size, rows, last, onGo }: PagesProps) {
  return (
    <div className="pages">
      <button type="button" className="button quiet" disabled={at === 0} onClick={() => onGo(at - 1)}>Previous</button>
      <span role="status">{at * size + 1}–{Math.min((at + 1) * size, rows)} of {rows}</span>
      <button type="button" className="button quiet" disabled={at === last} onClick={() => onGo(at + 1)}>Next</button>
    </div>
  );
}

/** Up, then down, then as the app gave it. */
function next(order: Order | null, column: number): Order | null {
  if (order?.column !== column) return { column, down: false };
  return order.down ? null : { column, down: true };
}

/** By number only where the whole column is numbers; rows that are the same stay in their order. */
function sorted(rows: Cell[][], order: Order | null): Cell[][] {
  if (!order) return rows;
  const cells = rows.map((row) => row[order.column]!);
  const numbers = cells.every((cell) => cell.type === "raw_number");
  const compare = (a: Cell, b: Cell) => (numbers ? a.value! - b.value! : textOf(a).localeCompare(textOf(b), "en"));
  return [...rows].sort((a, b) => compare(a[order.column]!, b[order.column]!) * (order.down ? -1 : 1));
}

/** Of rich text, all its words. */
function textOf(part: Cell): string {
  const inner = (part.elements as Cell[] | undefined) ?? [];
  return part.text ?? inner.map(textOf).join("");
}
