// Previews of links under a message: blocks, or a Work Object whose pane opens beside it.
import { Blocks } from "./blocks/blocks";
import { Raw } from "./blocks/raw";
import { useDeed } from "./server";
import type { Block } from "./slack";
import type { Message } from "./state";

interface Entity {
  entity_payload: { attributes: { title: { text: string }; display_type?: string; product_name?: string }; custom_fields?: Field[] };
}

interface Field {
  key: string;
  label: string;
  type: string;
  value: string | number;
}

export function Previews({ message }: { message: Message }) {
  return Object.entries(message.previews).map(([link, preview]) => (
    <aside key={link} className="preview" aria-label={`Preview of ${link}`}>
      {preview.blocks ? <Blocks blocks={preview.blocks as Block[]} /> : <WorkObject message={message} link={link} entity={preview as unknown as Entity} />}
    </aside>
  ));
}

function WorkObject({ message, link, entity }: { message: Message; link: string; entity: Entity }) {
  const deed = useDeed();
  const { attributes, custom_fields = [] } = entity.entity_payload ?? { attributes: { title: { text: "" } } };
  if (!attributes?.title?.text) return <Raw value={entity} />;
  return (
    <>
      <p className="quiet-text">{[attributes.product_name, attributes.display_type].filter(Boolean).join(" · ")}</p>
      <button type="button" className="link" onClick={() => void deed("pane", { channel: message.channel, ts: message.ts, link })}>
        <strong dir="auto">{attributes.title.text}</strong>
      </button>
      <Fields fields={custom_fields} />
    </>
  );
}

export function Fields({ fields }: { fields: Field[] }) {
  return (
    <dl className="fields">
      {fields.map((field) => (
        <div key={field.key}>
          <dt>{field.label}</dt>
          <dd dir="auto">{field.type === "slack#/types/timestamp" ? new Date(Number(field.value) * 1000).toLocaleString() : String(field.value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The pane beside the conversation: what the bot says of a Work Object to this person. */
export function Pane({ pane }: { pane: Record<string, unknown> }) {
  const deed = useDeed();
  const entity = pane as unknown as Entity & { custom_title?: string; custom_message?: string; status?: string };
  return (
    <aside className="pane" aria-label="Preview details">
      <header>
        <h2 dir="auto">{entity.entity_payload?.attributes.title.text ?? entity.custom_title ?? "Not shown"}</h2>
        <button type="button" className="button" onClick={() => void deed("close_pane", {})}>Close</button>
      </header>
      {entity.entity_payload ? <Fields fields={entity.entity_payload.custom_fields ?? []} /> : <p>{entity.custom_message ?? entity.status}</p>}
    </aside>
  );
}
