// A card, and a row of cards.
import { ElementIn } from "../elements/element";
import type { Block, Element, Picture, Text } from "../slack";
import type { BlockProps } from "./blocks";
import { Image } from "./simple";
import { Words } from "./words";

export function Card({ block, block_id }: BlockProps) {
  const { title, subtitle, body, subtext } = block as unknown as Record<string, Text | undefined>;
  const hero = block.hero_image as Picture | undefined;
  const icon = (block.icon ?? block.slack_icon) as Picture | undefined;
  return (
    <div className="card">
      {hero && <Image picture={hero} className="hero" />}
      {title && <div className="card-title">{icon?.image_url && <Image picture={icon} className="icon" />}<Words text={title} /></div>}
      {subtitle && <div className="description"><Words text={subtitle} /></div>}
      {body && <Words text={body} />}
      {subtext && <div className="description"><Words text={subtext} /></div>}
      <CardActions actions={(block.actions as Element[]) ?? []} block_id={block_id} />
    </div>
  );
}

function CardActions({ actions, block_id }: { actions: Element[]; block_id: string }) {
  if (actions.length === 0) return null;
  return <div className="row">{actions.map((element, index) => <ElementIn key={index} element={element} block_id={block_id} acts />)}</div>;
}

export function Carousel({ block, block_id }: BlockProps) {
  return (
    <div className="carousel" tabIndex={0} role="group" aria-label="Cards">
      {(block.elements as Block[]).map((card, index) => <Card key={index} block={card} block_id={card.block_id ?? block_id} />)}
    </div>
  );
}
