import {
  type Check,
  checkCount,
  checkKeys,
  checkLength,
  checkNoneEmpty,
  checkPlain,
  checkText,
  collector,
  listOf,
  type Shape,
  shapeOf,
} from "./checks.ts";
import { checkElement, checkImage, checkOptions, TAKEN } from "./elements.ts";
import { BLOCK_KEYS, VIEW_KEYS } from "./keys.ts";
import type { Block } from "./workspace.ts";

/** Where the blocks are: some are for messages alone, some for modals. */
type Surface = "message" | "modal" | "home";

const BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** What Slack would refuse in a message's blocks, each with a pointer; empty = they are fine. Source: docs/slack-limits.md, "Messages and views". */
export function problemsOf(blocks: readonly Block[]): readonly string[] {
  const { problems, check } = collector();
  checkBlocks(blocks, "message", check);
  return problems;
}

/** What Slack would refuse in a modal or a Home tab. Source: docs/slack-limits.md, "Messages and views". */
export function viewProblemsOf(view: Shape, surface: "modal" | "home" = "modal"): readonly string[] {
  const { problems, check } = collector();
  const blocks = listOf(view.blocks) as readonly Block[];
  checkBlocks(blocks, surface, check);
  checkKeys(view, "", VIEW_KEYS[surface], check);
  check(view.type === surface, "/type", `must be ${surface}`);
  checkLength(view.private_metadata, "/private_metadata", 3000, check);
  checkLength(view.callback_id, "/callback_id", 255, check);
  checkLength(view.external_id, "/external_id", 255, check);
  const focused = blocks.filter((block) => shapeOf(block.element).focus_on_load === true);
  check(focused.length <= 1, "/blocks", "only one element can be focused");
  if (surface === "home") return problems;
  checkPlain(view.title, "/title", 24, check);
  for (const part of ["submit", "close"]) if (view[part] !== undefined) checkPlain(view[part], `/${part}`, 24, check);
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
    if (checkOne) checkKeys(block, at, ["type", "block_id", ...(BLOCK_KEYS[block.type] ?? [])], check);
    checkNoneEmpty(block, at, check);
    checkOne?.(block, at, check, surface);
  });
}

type BlockCheck = (block: Shape, at: string, check: Check, surface: Surface) => void;

const BY_TYPE: Readonly<Record<string, BlockCheck>> = {
  divider: () => {},
  header: (block, at, check) => checkPlain(block.text, `${at}/text`, 150, check),
  section: (block, at, check) => {
    check(block.text !== undefined || block.fields !== undefined, at, "text or fields must be there");
    if (block.text !== undefined) checkText(block.text, `${at}/text`, 3000, check);
    const fields = listOf(block.fields);
    if (block.fields !== undefined) checkCount(fields, `${at}/fields`, 10, check);
    fields.forEach((field, n) => {
      checkText(field, `${at}/fields/${n}`, 2000, check);
    });
    if (block.accessory !== undefined)
      checkElement(shapeOf(block.accessory), `${at}/accessory`, TAKEN.accessory, check);
  },
  context: (block, at, check) => {
    checkCount(listOf(block.elements), `${at}/elements`, 10, check);
    listOf(block.elements).forEach((element, n) => {
      checkElement(element, `${at}/elements/${n}`, TAKEN.context, check);
      if (element.type !== "image") checkText(element, `${at}/elements/${n}`, 3000, check);
    });
  },
  actions: (block, at, check) => {
    checkCount(listOf(block.elements), `${at}/elements`, 25, check);
    const ids = new Set<unknown>();
    listOf(block.elements).forEach((element, n) => {
      checkElement(element, `${at}/elements/${n}`, TAKEN.actions, check);
      check(!ids.has(element.action_id), `${at}/elements/${n}/action_id`, "must be unique");
      if (element.action_id !== undefined) ids.add(element.action_id);
    });
  },
  input: (block, at, check) => {
    checkPlain(block.label, `${at}/label`, 2000, check);
    if (block.hint !== undefined) checkPlain(block.hint, `${at}/hint`, 2000, check);
    checkElement(shapeOf(block.element), `${at}/element`, TAKEN.input, check);
  },
  image: (block, at, check) => {
    checkImage(block, at, check);
    if (block.title !== undefined) checkPlain(block.title, `${at}/title`, 2000, check);
  },
  rich_text: (block, at, check) => check(Array.isArray(block.elements), `${at}/elements`, "must be there"),
  markdown: (block, at, check) => {
    const length = String(block.text ?? "").length;
    check(length >= 1 && length <= 12_000, `${at}/text`, "must be 1 to 12000 characters");
  },
  video: (block, at, check) => {
    checkPlain(block.title, `${at}/title`, 199, check);
    checkLength(block.author_name, `${at}/author_name`, 49, check);
    for (const part of ["alt_text", "video_url", "thumbnail_url"])
      check(String(block[part] ?? "") !== "", `${at}/${part}`, "must be there");
  },
  table: (block, at, check) => {
    const rows = Array.isArray(block.rows) ? (block.rows as readonly unknown[]) : [];
    check(rows.length >= 1 && rows.length <= 100, `${at}/rows`, "1 to 100 rows allowed");
    rows.forEach((row, n) => {
      check(Array.isArray(row) && row.length <= 20, `${at}/rows/${n}`, "no more than 20 columns allowed");
    });
    check(listOf(block.column_settings).length <= 20, `${at}/column_settings`, "no more than 20 items allowed");
  },
  alert: (_block, at, check, surface) => {
    check(surface === "modal", `${at}/type`, "alert is for modals only");
  },
};
