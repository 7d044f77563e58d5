// The plain table; its cells are data_table's too.
import type { Block } from "../slack";
import type { BlockProps } from "./blocks";
import { Drawn } from "./drawn";
import { Raw } from "./raw";

export interface Cell {
  type: string;
  text?: string;
  value?: number;
  [field: string]: unknown;
}

interface Column {
  align?: "left" | "center" | "right";
  is_wrapped?: boolean;
}

export function Table({ block }: BlockProps) {
  const [head = [], ...rows] = block.rows as Cell[][];
  const columns = (block.column_settings as (Column | null)[]) ?? [];
  const look = (column: number) => styleOf(columns[column] ?? {}, [head, ...rows].map((row) => row[column]).slice(1));
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label="Table">
      <table className="table">
        <thead>
          <tr>{head.map((cell, column) => <th key={column} scope="col" style={look(column)}><Content cell={cell} /></th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>{row.map((cell, column) => <Body key={column} cell={cell} style={look(column)} header={false} />)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const caption = ({ caption }: Block): string => (typeof caption === "string" ? caption : String((caption as Cell).text ?? ""));

export function Body({ cell, style, header }: { cell: Cell; style: object; header: boolean }) {
  const content = <Content cell={cell} />;
  return header ? <th scope="row" style={style}>{content}</th> : <td style={style}>{content}</td>;
}

/** Cells hold plain text: no emoji, no mrkdwn, no links. */
export function Content({ cell }: { cell: Cell }) {
  if (cell.type === "raw_text") return <span dir="auto">{cell.text}</span>;
  if (cell.type === "raw_number") return <>{cell.text ?? cell.value?.toLocaleString("en-US")}</>;
  return cell.type === "rich_text" ? <Drawn block={cell} /> : <Raw value={cell} />;
}

/** A column of nothing but numbers stands on the right unless the app says otherwise. */
export function styleOf(column: Column, body: (Cell | undefined)[]): object {
  const numbers = body.length > 0 && body.every((cell) => cell?.type === "raw_number");
  return { textAlign: column.align ?? (numbers ? "right" : "left"), whiteSpace: column.is_wrapped ? "normal" : "nowrap" };
}
