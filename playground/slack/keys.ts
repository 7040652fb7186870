/** Which keys each object takes; Slack refuses others as an `invalid additional property`. Source: Slack's package @slack/types. */
const keys = (words: string): readonly string[] => words.split(" ");

const CONFIRMABLE = "confirm";
const FIELD = "focus_on_load placeholder";
const SELECT = `${CONFIRMABLE} ${FIELD}`;
const MULTI = `${SELECT} max_selected_items`;
const CONVERSATIONS = "default_to_current_conversation filter";
const TYPED = `dispatch_action_config ${FIELD} initial_value`;

export const BLOCK_KEYS: Readonly<Record<string, readonly string[]>> = {
  divider: [],
  header: keys("text"),
  section: keys("text fields accessory expand"),
  context: keys("elements"),
  actions: keys("elements"),
  input: keys("label hint optional element dispatch_action"),
  image: keys("image_url slack_file alt_text title"),
  rich_text: keys("elements"),
  markdown: keys("text"),
  video: keys(
    "video_url thumbnail_url alt_text title title_url author_name provider_name provider_icon_url description",
  ),
  table: keys("rows column_settings"),
  alert: keys("text level"),
};

export const ELEMENT_KEYS: Readonly<Record<string, readonly string[]>> = {
  button: keys(`${CONFIRMABLE} text value url style accessibility_label`),
  workflow_button: keys(`${CONFIRMABLE} text workflow style accessibility_label`),
  overflow: keys(`${CONFIRMABLE} options`),
  checkboxes: keys(`${CONFIRMABLE} focus_on_load initial_options options`),
  radio_buttons: keys(`${CONFIRMABLE} focus_on_load initial_option options`),
  static_select: keys(`${SELECT} initial_option options option_groups`),
  multi_static_select: keys(`${MULTI} initial_options options option_groups`),
  external_select: keys(`${SELECT} initial_option min_query_length`),
  multi_external_select: keys(`${MULTI} initial_options min_query_length`),
  users_select: keys(`${SELECT} initial_user`),
  multi_users_select: keys(`${MULTI} initial_users`),
  channels_select: keys(`${SELECT} initial_channel response_url_enabled`),
  multi_channels_select: keys(`${MULTI} initial_channels`),
  conversations_select: keys(`${SELECT} initial_conversation response_url_enabled ${CONVERSATIONS}`),
  multi_conversations_select: keys(`${MULTI} initial_conversations ${CONVERSATIONS}`),
  datepicker: keys(`${SELECT} initial_date`),
  timepicker: keys(`${SELECT} initial_time timezone`),
  datetimepicker: keys(`${CONFIRMABLE} focus_on_load initial_date_time`),
  plain_text_input: keys(`${TYPED} multiline min_length max_length`),
  number_input: keys(`${TYPED} is_decimal_allowed min_value max_value`),
  email_text_input: keys(TYPED),
  url_text_input: keys(TYPED),
  rich_text_input: keys(`${TYPED} min_lines max_lines`),
  file_input: keys("filetypes max_files"),
  image: keys("image_url slack_file alt_text"),
};

export const VIEW_KEYS: Readonly<Record<"modal" | "home", readonly string[]>> = {
  modal: keys("type blocks private_metadata callback_id external_id title close submit clear_on_close notify_on_close"),
  home: keys("type blocks private_metadata callback_id external_id"),
};

export const TEXT_KEYS: Readonly<Record<string, readonly string[]>> = {
  plain_text: keys("type text emoji"),
  mrkdwn: keys("type text verbatim"),
};

export const OPTION_KEYS = keys("text value description url");
export const GROUP_KEYS = keys("label options");
export const CONFIRM_KEYS = keys("title text confirm deny style");
