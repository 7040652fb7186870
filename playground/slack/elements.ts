import {
  type Check,
  checkCount,
  checkKeys,
  checkLength,
  checkNoneEmpty,
  checkOneOf,
  checkPlain,
  checkText,
  checkWhole,
  listOf,
  type Shape,
  shapeOf,
} from "./checks.ts";
import { CONFIRM_KEYS, ELEMENT_KEYS, GROUP_KEYS, OPTION_KEYS } from "./keys.ts";

const SELECTS = ["static", "external", "users", "conversations", "channels"].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const CHOICES = ["checkboxes", "radio_buttons", ...SELECTS];
const PICKERS = ["datepicker", "timepicker"];

/** Which elements each kind of block takes. Source: Slack's package @slack/types. */
export const TAKEN = {
  actions: ["button", "overflow", "workflow_button", "datetimepicker", "rich_text_input", ...CHOICES, ...PICKERS],
  accessory: ["button", "overflow", "workflow_button", "image", ...CHOICES, ...PICKERS],
  input: [
    "plain_text_input",
    "rich_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "file_input",
    "datetimepicker",
    ...CHOICES,
    ...PICKERS,
  ],
  context: ["image", "plain_text", "mrkdwn"],
} as const;

/** How many options each kind of choice takes. */
const MAX_OPTIONS: Readonly<Record<string, number>> = {
  static_select: 100,
  multi_static_select: 100,
  checkboxes: 10,
  radio_buttons: 10,
  overflow: 5,
};

/** Whose options may be formatted. */
const MRKDWN_OPTIONS: ReadonlySet<string> = new Set(["checkboxes", "radio_buttons"]);

const BY_TYPE: Readonly<Record<string, (element: Shape, at: string, check: Check) => void>> = {
  button: (element, at, check) => {
    checkPlain(element.text, `${at}/text`, 75, check);
    checkLength(element.value, `${at}/value`, 2000, check);
    checkLength(element.url, `${at}/url`, 3000, check);
    checkLength(element.accessibility_label, `${at}/accessibility_label`, 75, check);
    checkOneOf(element.style, `${at}/style`, ["primary", "danger"], check);
  },
  plain_text_input: (element, at, check) => {
    checkWhole(element.min_length, `${at}/min_length`, [0, 3000], check);
    checkWhole(element.max_length, `${at}/max_length`, [1, 3000], check);
    checkLength(element.initial_value, `${at}/initial_value`, 3000, check);
  },
  number_input: (element, at, check) => {
    check(typeof element.is_decimal_allowed === "boolean", `${at}/is_decimal_allowed`, "must be there");
  },
  file_input: (element, at, check) => checkWhole(element.max_files, `${at}/max_files`, [1, 10], check),
  datepicker: (element, at, check) =>
    checkPattern(element.initial_date, /^\d{4}-\d\d-\d\d$/, `${at}/initial_date`, check),
  timepicker: (element, at, check) => checkPattern(element.initial_time, /^\d\d:\d\d$/, `${at}/initial_time`, check),
  datetimepicker: (element, at, check) =>
    checkPattern(element.initial_date_time, /^\d{10}$/, `${at}/initial_date_time`, check),
  image: checkImage,
};

/** What Slack would refuse in an element of a block. */
export function checkElement(element: Shape, at: string, taken: readonly string[], check: Check): void {
  const type = String(element.type);
  check(taken.includes(type), `${at}/type`, `unsupported type: ${type}`);
  const known = Object.hasOwn(ELEMENT_KEYS, type) ? ELEMENT_KEYS[type] : undefined;
  // A text among a context's elements is a text object, with keys of its own.
  if (known) checkKeys(element, at, ["type", ...(type === "image" ? [] : ["action_id"]), ...known], check);
  if (known) checkNoneEmpty(element, at, check);
  checkLength(element.action_id, `${at}/action_id`, 255, check);
  if (Object.hasOwn(BY_TYPE, type)) BY_TYPE[type]?.(element, at, check);
  const most = Object.hasOwn(MAX_OPTIONS, type) ? MAX_OPTIONS[type] : undefined;
  if (most !== undefined) checkChoices(element, at, most, check);
  const checkOne = MRKDWN_OPTIONS.has(type) ? checkOption : checkPlainOption;
  if (element.initial_options !== undefined)
    checkOptionList(element.initial_options, `${at}/initial_options`, 100, check, checkOne);
  if (element.initial_option !== undefined) checkOne(shapeOf(element.initial_option), `${at}/initial_option`, check);
  if (element.placeholder !== undefined) checkPlain(element.placeholder, `${at}/placeholder`, 150, check);
  checkWhole(element.max_selected_items, `${at}/max_selected_items`, [1, Number.MAX_SAFE_INTEGER], check);
  for (const [i, trigger] of listOf(shapeOf(element.dispatch_action_config).trigger_actions_on).entries())
    checkOneOf(
      trigger,
      `${at}/dispatch_action_config/trigger_actions_on/${i}`,
      ["on_enter_pressed", "on_character_entered"],
      check,
    );
  if (element.confirm !== undefined) checkConfirm(shapeOf(element.confirm), `${at}/confirm`, check);
}

/** An image has an address and says in words what is to be seen. */
export function checkImage(image: Shape, at: string, check: Check): void {
  check(image.image_url !== undefined || image.slack_file !== undefined, at, "image_url or slack_file must be there");
  checkLength(image.image_url, `${at}/image_url`, 3000, check);
  const words = String(image.alt_text ?? "").length;
  check(words >= 1 && words <= 2000, `${at}/alt_text`, "must be 1 to 2000 characters");
}

/** Options of a select. */
export function checkOptions(options: unknown, at: string, most: number, check: Check): void {
  checkOptionList(options, at, most, check, checkPlainOption);
}

function checkOptionList(
  options: unknown,
  at: string,
  most: number,
  check: Check,
  checkOne: (option: Shape, at: string, check: Check) => void,
): void {
  checkCount(listOf(options), at, most, check);
  listOf(options).forEach((option, i) => {
    checkOne(option, `${at}/${i}`, check);
  });
}

function checkPlainOption(option: Shape, at: string, check: Check): void {
  checkOption(option, at, check);
  check(shapeOf(option.text).type === "plain_text", `${at}/text/type`, "must be plain_text");
}

function checkOption(option: Shape, at: string, check: Check): void {
  checkKeys(option, at, OPTION_KEYS, check);
  checkNoneEmpty(option, at, check);
  checkText(option.text, `${at}/text`, 75, check);
  const length = String(option.value ?? "").length;
  check(length >= 1 && length <= 150, `${at}/value`, "must be 1 to 150 characters");
  if (option.description !== undefined) checkText(option.description, `${at}/description`, 75, check);
  checkLength(option.url, `${at}/url`, 3000, check);
}

/** Options, or groups of them. */
function checkChoices(element: Shape, at: string, most: number, check: Check): void {
  if (element.option_groups === undefined) {
    const checkOne = MRKDWN_OPTIONS.has(String(element.type)) ? checkOption : checkPlainOption;
    checkOptionList(element.options, `${at}/options`, most, check, checkOne);
    return;
  }
  check(element.options === undefined, `${at}/options`, "must not be there beside option_groups");
  checkCount(listOf(element.option_groups), `${at}/option_groups`, 100, check);
  listOf(element.option_groups).forEach((group, i) => {
    checkKeys(group, `${at}/option_groups/${i}`, GROUP_KEYS, check);
    checkPlain(group.label, `${at}/option_groups/${i}/label`, 75, check);
    checkOptions(group.options, `${at}/option_groups/${i}/options`, most, check);
  });
}

function checkConfirm(confirm: Shape, at: string, check: Check): void {
  checkKeys(confirm, at, CONFIRM_KEYS, check);
  checkPlain(confirm.title, `${at}/title`, 100, check);
  checkText(confirm.text, `${at}/text`, 300, check);
  checkPlain(confirm.confirm, `${at}/confirm`, 30, check);
  checkPlain(confirm.deny, `${at}/deny`, 30, check);
  checkOneOf(confirm.style, `${at}/style`, ["primary", "danger"], check);
}

function checkPattern(value: unknown, pattern: RegExp, at: string, check: Check): void {
  check(value === undefined || pattern.test(String(value)), at, `must match ${pattern.source}`);
}
