// Draws blocks. To add one: a component in this folder and its row in OURS, or its name in THEIRS.
import type { FC } from "react";
import type { Block } from "../slack";
import { blockId } from "../values";
import { Card, Carousel } from "./card";
import { Chart } from "./chart";
import { Container } from "./container";
import { DataTable } from "./data-table";
import { Drawn } from "./drawn";
import { Input } from "./input";
import { Boundary, Raw } from "./raw";
import { Actions, Alert, Context, Header, Picture, Section } from "./simple";
import { Table } from "./table";

export interface BlockProps {
  block: Block;
  block_id: string;
}

/** Ours, because the library reads their text as Markdown, keeps their clicks to itself, or does not know them. */
const OURS: Record<string, FC<BlockProps>> = {
  actions: Actions,
  alert: Alert,
  card: Card,
  carousel: Carousel,
  container: Container,
  context: Context,
  context_actions: Actions,
  data_table: DataTable,
  data_visualization: Chart,
  header: Header,
  image: Picture,
  input: Input,
  section: Section,
  table: Table,
};

/** The library's: they hold no text object and nobody presses them. */
const THEIRS = new Set(["divider", "markdown", "plan", "rich_text", "task_card"]);

export function Blocks({ blocks }: { blocks: Block[] }) {
  return blocks.map((block, index) => <One key={keyOf(blocks, index)} block={block} block_id={blockId(block, index)} />);
}

/** The second section, say. Not its block_id: Slack names blocks anew with each update, and what is pressed shall keep the focus. */
function keyOf(blocks: Block[], index: number): string {
  const { type } = blocks[index]!;
  return `${type} ${blocks.slice(0, index).filter((each) => each.type === type).length}`;
}

function One({ block, block_id }: BlockProps) {
  return (
    <div className={`block block-${block.type}`}>
      <Boundary value={block}>
        <Shown block={block} block_id={block_id} />
      </Boundary>
    </div>
  );
}

function Shown({ block, block_id }: BlockProps) {
  const Drawing = Object.hasOwn(OURS, block.type) ? OURS[block.type] : undefined;
  if (Drawing) return <Drawing block={block} block_id={block_id} />;
  return THEIRS.has(block.type) ? <Drawn block={block} /> : <Raw value={block} />;
}
