// The overflow menu: options behind three dots, some of them links.
import { SAFE_LINK } from "../blocks/drawn";
import { plainly } from "../blocks/words";
import { Menu } from "../menu";
import type { Option } from "../slack";
import { useChoice, type Slot } from "../surface";

export function Overflow(slot: Slot) {
  const [, pick] = useChoice(slot);
  const picked = async (option: Option) => {
    if (option.url && SAFE_LINK.test(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
    await pick({ selected_option: option });
  };
  const entries = (slot.element.options ?? []).map((option) => ({ label: plainly(option.text), run: () => void picked(option) }));
  return <Menu name={slot.element.accessibility_label ?? "More options"} entries={entries} />;
}
