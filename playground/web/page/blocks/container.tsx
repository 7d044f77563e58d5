// A container: blocks under a title, which may fold away.
import type { Block, Text } from "../slack";
import { Blocks, type BlockProps } from "./blocks";
import { Drawn } from "./drawn";
import { Words } from "./words";

export function Container({ block }: BlockProps) {
  const children = <Blocks blocks={(block.child_blocks as Block[]) ?? []} />;
  const title = <Title block={block} />;
  const className = `container ${block.width ?? "standard"}`;
  if (!block.is_collapsible) return <section className={className}>{title}{children}</section>;
  return (
    <details className={className} open={!block.default_collapsed}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

function Title({ block }: { block: Block }) {
  const { title, subtitle } = block as unknown as Record<string, Text | undefined>;
  return (
    <div className={block.has_header_divider ? "container-title divided" : "container-title"}>
      {title && <strong>{typeof title.text === "string" ? <Words text={title} /> : <Drawn block={{ ...title, type: "rich_text" } as unknown as Block} />}</strong>}
      {subtitle && <div className="description"><Words text={subtitle} /></div>}
    </div>
  );
}
