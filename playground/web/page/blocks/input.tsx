// An input block: label, element, hint, and what is wrong with what was typed.
import { useId } from "react";
import { ElementIn, isGroup } from "../elements/element";
import type { Element, Text } from "../slack";
import { useSurface } from "../surface";
import type { BlockProps } from "./blocks";
import { plainly } from "./words";

export function Input({ block, block_id }: BlockProps) {
  const id = useId();
  const error = useSurface().errors[block_id];
  const element = block.element as Element;
  const hint = block.hint as Text | undefined;
  const describedBy = [error && `${id}error`, hint && `${id}hint`].filter(Boolean).join(" ") || undefined;
  const label = plainly(block.label as Text);
  const content = (
    <>
      <ElementIn element={element} block_id={block_id} acts={block.dispatch_action === true} input={{ id, describedBy, invalid: !!error }} />
      {error && <p className="field-error" id={`${id}error`} role="alert">{error}</p>}
      {hint && <p className="hint" id={`${id}hint`}>{plainly(hint)}</p>}
    </>
  );
  const optional = block.optional ? <span className="optional"> (optional)</span> : null;
  if (isGroup(element.type)) return <fieldset className={error ? "input wrong" : "input"}><legend className="label">{label}{optional}</legend>{content}</fieldset>;
  return <div className={error ? "input wrong" : "input"}><label className="label" htmlFor={id}>{label}{optional}</label>{content}</div>;
}
