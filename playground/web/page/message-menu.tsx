// What can be done with one message. A message shortcut is an entry here; without entries there is no button.
import { Menu, type Entry } from "./menu";
import type { Message } from "./state";

export function MessageMenu({ message }: { message: Message }) {
  const entries = actionsOn(message);
  return entries.length > 0 ? <Menu name="More actions" entries={entries} className="message-menu" /> : null;
}

function actionsOn(_message: Message): Entry[] {
  return [];
}
