// The blocks that are little more than their text and elements.
import { ElementIn } from "../elements/element";
import type { Element, Picture as PictureFields, Text } from "../slack";
import type { BlockProps } from "./blocks";
import { plainly, Words } from "./words";

export function Header({ block }: BlockProps) {
  return <h2 className="header" dir="auto">{plainly(block.text as Text)}</h2>;
}

export function Section({ block, block_id }: BlockProps) {
  const fields = block.fields as Text[] | undefined;
  const accessory = block.accessory as Element | undefined;
  return (
    <div className={accessory ? "section with-accessory" : "section"}>
      <div className="section-text">
        {block.text ? <Words text={block.text as Text} /> : null}
        {fields && <div className="fields">{fields.map((text, index) => <Words key={index} text={text} />)}</div>}
      </div>
      {accessory && <div className="accessory"><Either element={accessory} block_id={block_id} /></div>}
    </div>
  );
}

export function Context({ block }: BlockProps) {
  return (
    <div className="context">
      {(block.elements as Element[]).map((element, index) => <ContextElement key={index} element={element} />)}
    </div>
  );
}

function ContextElement({ element }: { element: Element }) {
  if (element.type === "image") return <Image picture={element} className="icon" />;
  return <Words text={element as unknown as Text} />;
}

export function Actions({ block, block_id }: BlockProps) {
  return (
    <div className="row">
      {(block.elements as Element[]).map((element, index) => <ElementIn key={element.action_id ?? index} element={element} block_id={block_id} acts />)}
    </div>
  );
}

const LEVELS: Record<string, string> = { info: "ℹ️", warning: "⚠️", error: "⛔", success: "✅" };

export function Alert({ block }: BlockProps) {
  const level = String(block.level ?? "default");
  return (
    <div className={`alert ${level}`} role="status">
      <span aria-hidden="true">{LEVELS[level] ?? "🔔"}</span>
      <Words text={block.text as Text} />
    </div>
  );
}

export function Picture({ block }: BlockProps) {
  const title = block.title as Text | undefined;
  return (
    <figure className="picture">
      {title && <figcaption>{plainly(title)}</figcaption>}
      <Image picture={block} className="" />
    </figure>
  );
}

export function Image({ picture, className }: { picture: PictureFields; className: string }) {
  return <img className={className} src={picture.image_url ?? picture.slack_file?.url} alt={picture.alt_text ?? ""} referrerPolicy="no-referrer" />;
}

/** An accessory is a picture or something to press. */
function Either({ element, block_id }: { element: Element; block_id: string }) {
  if (element.type === "image") return <Image picture={element} className="thumb" />;
  return <ElementIn element={element} block_id={block_id} acts />;
}
