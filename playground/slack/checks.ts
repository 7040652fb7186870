import { TEXT_KEYS } from "./keys.ts";

/** Checks of what an app sends, which end in the problems that Slack answers with, each with a pointer to its place. */
export type Shape = Readonly<Record<string, unknown>>;
export type Check = (fine: boolean, pointer: string, what: string) => void;

export function collector(): { readonly problems: string[]; readonly check: Check } {
  const problems: string[] = [];
  return {
    problems,
    check: (fine, pointer, what) => {
      if (!fine) problems.push(`[ERROR] ${what} [json-pointer:${pointer}]`);
    },
  };
}

export function listOf(value: unknown): readonly Shape[] {
  return Array.isArray(value) ? (value as readonly Shape[]) : [];
}

export function shapeOf(value: unknown): Shape {
  return typeof value === "object" && value !== null ? (value as Shape) : {};
}

export function checkCount(items: readonly unknown[], at: string, most: number, check: Check): void {
  check(items.length >= 1 && items.length <= most, at, `1 to ${most} items allowed`);
}

/** Nothing is there that Slack does not know. */
export function checkKeys(shape: Shape, at: string, known: readonly string[], check: Check): void {
  for (const key of Object.keys(shape)) check(known.includes(key), at, `invalid additional property: ${key}`);
}

/** A text object of 1 to so many characters. */
export function checkText(text: unknown, at: string, most: number, check: Check): void {
  const { type, text: said } = shapeOf(text);
  const known = typeof type === "string" && Object.hasOwn(TEXT_KEYS, type) ? TEXT_KEYS[type] : undefined;
  check(known !== undefined, `${at}/type`, "must be plain_text or mrkdwn");
  if (known) checkKeys(shapeOf(text), at, known, check);
  check(typeof said === "string" && said.length >= 1 && said.length <= most, at, `must be 1 to ${most} characters`);
}

/** A text object that may not be mrkdwn. */
export function checkPlain(text: unknown, at: string, most: number, check: Check): void {
  checkText(text, at, most, check);
  check(shapeOf(text).type === "plain_text", `${at}/type`, "must be plain_text");
}

/** What is there as a text says something: `value`, `url`, `action_id` … */
export function checkNoneEmpty(shape: Shape, at: string, check: Check): void {
  for (const [key, value] of Object.entries(shape))
    check(value !== "", `${at}/${key}`, "must be more than 0 characters");
}

/** A text of at most so many characters that may be left out. */
export function checkLength(value: unknown, at: string, most: number, check: Check): void {
  check(String(value ?? "").length <= most, at, `no more than ${most} characters`);
}

export function checkWhole(value: unknown, at: string, [least, most]: readonly [number, number], check: Check): void {
  if (value === undefined) return;
  const fine = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  check(fine, at, `must be a whole number from ${least} to ${most}`);
}

export function checkOneOf(value: unknown, at: string, known: readonly string[], check: Check): void {
  check(value === undefined || known.includes(String(value)), at, `must be one of ${known.join(", ")}`);
}
