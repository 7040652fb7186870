import type { Block } from "./workspace.ts";

type Shape = Readonly<Record<string, unknown>>;
type Check = (fine: boolean, pointer: string, what: string) => void;

/** Where the blocks are: some are for messages alone, some for modals. */
type Surface = "message" | "modal" | "home";

const BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** What Slack would refuse in a message's blocks, each with a pointer; empty = they are fine. Source: Slack's Block Kit reference. */
export function problemsOf(blocks: readonly Block[]): readonly string[] {
  const { problems, check } = collector();
  checkBlocks(blocks, "message", check);
  return problems;
}

/** What Slack would refuse in a modal or a Home tab. Source: Slack's reference of views. */
export function viewProblemsOf(view: Shape, surface: "modal" | "home" = "modal"): readonly string[] {
  const { problems, check } = collector();
  const blocks = Array.isArray(view.blocks) ? (view.blocks as readonly Block[]) : [];
  checkBlocks(blocks, surface, check);
  check(view.type === surface, "/type", `must be ${surface}`);
  checkLength(view.private_metadata, "/private_metadata", 3000, check);
  checkLength(view.callback_id, "/callback_id", 255, check);
  if (surface === "home") return problems;
  checkText(view.title, "/title", 24, check);
  for (const part of ["submit", "close"]) if (view[part] !== undefined) checkText(view[part], `/${part}`, 24, check);
  const hasInput = blocks.some((block) => block.type === "input");
  check(!hasInput || view.submit !== undefined, "/submit", "must be there where there is an input");
  return problems;
}

/** What Slack would refuse in the options that an app offers for a select. */
export function optionProblemsOf(options: unknown, at: string): readonly string[] {
  const { problems, check } = collector();
  checkOptions(options, at, 100, check);
  return problems;
}

function collector(): { readonly problems: string[]; readonly check: Check } {
  const problems: string[] = [];
  return {
    problems,
    check: (fine, pointer, what) => {
      if (!fine) problems.push(`[ERROR] ${what} [json-pointer:${pointer}]`);
    },
  };
}

function checkBlocks(blocks: readonly Block[], surface: Surface, check: Check): void {
  check(blocks.length <= BLOCKS[surface], "/blocks", `no more than ${BLOCKS[surface]} items allowed`);
  check(blocks.filter((block) => block.type === "table").length <= 1, "/blocks", "only one table is allowed");
  const blockIds = new Set<unknown>();
  blocks.forEach((block, i) => {
    const at = `/blocks/${i}`;
    checkLength(block.block_id, `${at}/block_id`, 255, check);
    check(block.block_id === undefined || !blockIds.has(block.block_id), `${at}/block_id`, "must be unique");
    blockIds.add(block.block_id);
    const checkOne = Object.hasOwn(BY_TYPE, block.type) ? BY_TYPE[block.type] : undefined;
    check(checkOne !== undefined, `${at}/type`, `unsupported type: ${block.type}`);
    checkOne?.(block, at, check, surface);
  });
}

type BlockCheck = (block: Shape, at: string, check: Check, surface: Surface) => void;

const BY_TYPE: Readonly<Record<string, BlockCheck>> = {
  divider: () => {},
  header: (block, at, check) => {
    checkText(block.text, `${at}/text`, 150, check);
    check((block.text as Shape | undefined)?.type === "plain_text", `${at}/text/type`, "must be plain_text");
  },
  section: (block, at, check) => {
    check(block.text !== undefined || block.fields !== undefined, at, "text or fields must be there");
    if (block.text !== undefined) checkText(block.text, `${at}/text`, 3000, check);
    const fields = listOf(block.fields);
    if (block.fields !== undefined) checkCount(fields, `${at}/fields`, 10, check);
    fields.forEach((field, n) => {
      checkText(field, `${at}/fields/${n}`, 2000, check);
    });
    if (block.accessory !== undefined) checkElement(block.accessory as Shape, `${at}/accessory`, check);
  },
  context: (block, at, check) => {
    checkCount(listOf(block.elements), `${at}/elements`, 10, check);
    listOf(block.elements).forEach((element, n) => {
      if (element.type !== "image") checkText(element, `${at}/elements/${n}`, 3000, check);
    });
  },
  actions: (block, at, check) => {
    checkCount(listOf(block.elements), `${at}/elements`, 25, check);
    const ids = new Set<unknown>();
    listOf(block.elements).forEach((element, n) => {
      checkElement(element, `${at}/elements/${n}`, check);
      check(!ids.has(element.action_id), `${at}/elements/${n}/action_id`, "must be unique");
      if (element.action_id !== undefined) ids.add(element.action_id);
    });
  },
  input: (block, at, check) => {
    checkText(block.label, `${at}/label`, 2000, check);
    if (block.hint !== undefined) checkText(block.hint, `${at}/hint`, 2000, check);
    checkElement((block.element ?? {}) as Shape, `${at}/element`, check);
  },
  table: (block, at, check) => {
    const rows = Array.isArray(block.rows) ? (block.rows as readonly unknown[]) : [];
    check(rows.length >= 1 && rows.length <= 100, `${at}/rows`, "1 to 100 rows allowed");
    rows.forEach((row, n) => {
      check(Array.isArray(row) && row.length <= 20, `${at}/rows/${n}`, "no more than 20 columns allowed");
    });
  },
  alert: (_block, at, check, surface) => {
    check(surface === "modal", `${at}/type`, "alert is for modals only");
  },
};

/** How many options each kind of choice takes. */
const CHOICES: Readonly<Record<string, number>> = {
  static_select: 100,
  multi_static_select: 100,
  checkboxes: 10,
  radio_buttons: 10,
  overflow: 5,
};

function checkElement(element: Shape, at: string, check: Check): void {
  checkLength(element.action_id, `${at}/action_id`, 255, check);
  if (element.type === "button") {
    checkText(element.text, `${at}/text`, 75, check);
    check((element.text as Shape | undefined)?.type === "plain_text", `${at}/text/type`, "must be plain_text");
    checkLength(element.value, `${at}/value`, 2000, check);
  }
  const most = Object.hasOwn(CHOICES, String(element.type)) ? CHOICES[String(element.type)] : undefined;
  if (most !== undefined) checkOptions(element.options, `${at}/options`, most, check);
  if (element.initial_options !== undefined) checkOptions(element.initial_options, `${at}/initial_options`, 100, check);
  if (element.placeholder !== undefined) checkText(element.placeholder, `${at}/placeholder`, 150, check);
  checkLength(element.initial_value, `${at}/initial_value`, 3000, check);
  if (element.confirm !== undefined) checkConfirm(element.confirm as Shape, `${at}/confirm`, check);
}

function checkConfirm(confirm: Shape, at: string, check: Check): void {
  checkText(confirm.title, `${at}/title`, 100, check);
  checkText(confirm.text, `${at}/text`, 300, check);
  checkText(confirm.confirm, `${at}/confirm`, 30, check);
  checkText(confirm.deny, `${at}/deny`, 30, check);
}

function checkOptions(options: unknown, at: string, most: number, check: Check): void {
  checkCount(listOf(options), at, most, check);
  listOf(options).forEach((option, i) => {
    checkText(option.text, `${at}/${i}/text`, 75, check);
    const length = String(option.value ?? "").length;
    check(length >= 1 && length <= 150, `${at}/${i}/value`, "must be 1 to 150 characters");
  });
}

function checkCount(items: readonly unknown[], at: string, most: number, check: Check): void {
  check(items.length >= 1 && items.length <= most, at, `1 to ${most} items allowed`);
}

/** A text object of 1 to so many characters. */
function checkText(text: unknown, at: string, most: number, check: Check): void {
  const length = typeof text === "object" && text !== null && "text" in text ? String(text.text).length : 0;
  check(length >= 1 && length <= most, at, `must be 1 to ${most} characters`);
}

function checkLength(value: unknown, at: string, most: number, check: Check): void {
  check(String(value ?? "").length <= most, at, `no more than ${most} characters`);
}

function listOf(value: unknown): readonly Shape[] {
  return Array.isArray(value) ? (value as readonly Shape[]) : [];
}
