// The parts of Block Kit this page knows by name; what it does not know it shows as JSON.

export interface Text {
  type: "plain_text" | "mrkdwn";
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

export interface Option {
  text: Text;
  value: string;
  description?: Text;
  url?: string;
}

export interface OptionGroup {
  label: Text;
  options: Option[];
}

export interface Confirm {
  title: Text;
  text: Text;
  confirm: Text;
  deny: Text;
  style?: "primary" | "danger";
}

export interface Picture {
  image_url?: string;
  slack_file?: { url?: string; id?: string };
  alt_text?: string;
}

/** An interactive element, or a picture or text inside a context block. */
export interface Element extends Picture {
  type: string;
  action_id?: string;
  text?: Text;
  value?: string;
  url?: string;
  style?: "primary" | "danger";
  confirm?: Confirm;
  placeholder?: Text;
  options?: Option[];
  option_groups?: OptionGroup[];
  accessibility_label?: string;
  multiline?: boolean;
  min_length?: number;
  max_length?: number;
  min_value?: string;
  max_value?: string;
  is_decimal_allowed?: boolean;
  max_selected_items?: number;
  min_query_length?: number;
  focus_on_load?: boolean;
  default_to_current_conversation?: boolean;
  filter?: { include?: string[]; exclude_external_shared_channels?: boolean }; // of conversations
  dispatch_action_config?: { trigger_actions_on?: string[] };
  positive_button?: { text: Text; value: string };
  negative_button?: { text: Text; value: string };
  icon?: string;
  [field: string]: unknown; // initial_option, initial_date and their many siblings: see values.ts
}

export interface Block extends Picture {
  type: string;
  block_id?: string;
  [field: string]: unknown;
}

export interface View {
  type?: string;
  title?: Text;
  submit?: Text;
  close?: Text;
  blocks?: Block[];
}
