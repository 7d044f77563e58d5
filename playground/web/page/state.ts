// The state the playground streams to the page (docs/playground.md). The page never changes it, only draws it.
import type { Block, View } from "./slack";

export type Role = "owner" | "admin" | "member" | "guest";
export type Service = "carecycle" | "slack";

export interface Person {
  id: string;
  name: string;
  role: Role;
}

export interface Channel {
  id: string;
  name: string;
  kind: "channel" | "im";
  bot_is_member: boolean;
  shared_with: string | null;
}

export interface Message {
  ts: string;
  channel: string;
  user: string;
  is_bot: boolean;
  text: string;
  blocks?: Block[] | null;
  ephemeral: boolean;
  thread_ts: string | null;
  edited: boolean;
  error: boolean;
}

export interface OpenView {
  id: string;
  view: View;
  errors?: Record<string, string> | null;
  busy: boolean;
}

export interface Choice {
  name: string;
  label: string;
}

export interface Delivery {
  at: string;
  what: string;
  took_ms: number;
  outcome: string;
}

export interface State {
  command: string;
  workspace?: string;
  me: string;
  people: Person[];
  bot: { id: string; name: string };
  channels: Channel[];
  messages: Message[];
  views: OpenView[];
  home?: OpenView | null;
  faults: Record<Service, string>;
  choices: Record<Service, Choice[]>;
  deliveries: Delivery[]; // the newest first
}

export const channelTitle = (channel: Channel): string => (channel.kind === "im" ? channel.name : `#${channel.name}`);
