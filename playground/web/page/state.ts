// The state the playground streams to the page (docs/playground.md). The page never changes it, only draws it.
import type { Block, View } from "./slack";

export type Role = "owner" | "admin" | "member" | "guest";
export type Service = "carecycle" | "slack";

export interface Workspace {
  id: string;
  name: string;
  installed: boolean;
  current: boolean;
}

export interface Person {
  id: string;
  name: string;
  role: Role;
  deleted: boolean; // the account was deactivated
  company: string | null; // of somebody from elsewhere, in a shared channel
}

export interface Channel {
  id: string;
  name: string;
  kind: "channel" | "im";
  bot_is_member: boolean;
  shared_with: string | null;
  is_private: boolean;
  is_archived: boolean;
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
  previews: Record<string, { blocks?: unknown[]; [field: string]: unknown }>; // by link
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

/** A story that was told: what it does, and what the bot should say. */
export interface Told {
  name: string;
  at: number; // seconds since 1970
  does: string;
  says: string;
}

export interface State {
  command: string;
  workspaces: Workspace[];
  install_url: string | null; // the bot's own page; null where it serves one workspace alone
  keys: { name: string; key: string }[]; // sample keys of careCycle, to connect with
  me: string;
  people: Person[];
  bot: { id: string; name: string };
  channels: Channel[];
  messages: Message[];
  views: OpenView[];
  home?: OpenView | null;
  pane: Record<string, unknown> | null; // beside a preview that was opened
  step: { outputs: Record<string, unknown> | null; error: string | null } | null; // the last run of the workflow
  faults: Record<Service, string>;
  choices: Record<Service, Choice[]>;
  resting: number; // seconds for which the bot asks careCycle nothing, because of a 429
  deliveries: Delivery[]; // the newest first
  clock: { now: number; speed: number; fast: boolean } | null; // seconds since 1970, and seconds for each true one; null: not to be moved
  engine: "running" | "stopped" | null; // what delivers digests
  stories: string[]; // what can be told; none where no campaigns live
  told: Told[]; // the newest first
  campaigns: { count: number; sizes: number[] }; // in Sunrise's account
}

export const currentWorkspace = (state: State): Workspace => state.workspaces.find((each) => each.current)!;

/** Where the bot lets itself be added to a workspace; null where it cannot be. */
export const installUrl = (state: State, workspace: Workspace): string | null =>
  state.install_url && `${state.install_url}?team=${encodeURIComponent(workspace.id)}`;

export const channelTitle = (channel: Channel): string =>
  channel.kind === "im" ? channel.name : `${channel.is_private ? "🔒" : "#"}${channel.name}`;
