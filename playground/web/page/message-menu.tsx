// What can be done with one message: the app's shortcut, where the app is installed and the message is one of the channel's.
import { Menu, type Entry } from "./menu";
import { useDeed, usePlaygroundState } from "./server";
import { currentWorkspace, type Message } from "./state";

export function MessageMenu({ message }: { message: Message }) {
  const deed = useDeed();
  const { installed } = currentWorkspace(usePlaygroundState());
  if (!installed || message.ephemeral || message.error) return null; // Slack has no shortcuts on what only one person sees
  const show = () => void deed("message_shortcut", { channel: message.channel, ts: message.ts });
  const entries: Entry[] = [{ label: "Show campaigns", run: show }];
  return <Menu name="More actions" entries={entries} className="message-menu" />;
}
