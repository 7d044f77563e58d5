// What can be done with one message, shown while the pointer or the focus is on it: the app's message shortcut.
import { useDeed, usePlaygroundState } from "./server";
import { currentWorkspace, type Message } from "./state";

export function MessageMenu({ message }: { message: Message }) {
  const deed = useDeed();
  const { installed } = currentWorkspace(usePlaygroundState());
  if (!installed || message.ephemeral || message.error) return null; // Slack has no shortcuts on what only one person sees
  const show = () => void deed("message_shortcut", { channel: message.channel, ts: message.ts });
  return (
    <span className="message-menu" role="toolbar" aria-label="Message actions">
      <button type="button" className="button" onClick={show}>Show campaigns</button>
    </span>
  );
}
