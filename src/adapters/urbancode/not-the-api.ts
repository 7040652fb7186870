import { quote } from "./quote.ts";
import type { RawAnswer } from "./raw-answer.ts";

/** The documented calls. What else is asked for (the front page, /security) is not documented, and may well be a page. */
export function isApiPath(path: string): boolean {
  return path.startsWith("/cli/");
}

/**
 * Whether something else has answered in the place of the server's API: a page, a redirect, or a type that the API does not have.
 * It answers with JSON, and its errors are text/plain. What the status alone says (5xx, 401, 408, 409, 425, 429) needs no type:
 * whatever stands before a server answers these with pages of its own.
 */
export function isNotTheApi(path: string, { status, type, body }: RawAnswer): boolean {
  if (!isApiPath(path) || status >= 500 || [401, 408, 409, 425, 429].includes(status)) return false;
  if (status >= 300 && status < 400) return true;
  if (body.trim() === "") return false;
  return isPage(body) || !isApiType(type);
}

/** What is there in place of an answer: its status, its type or where a redirect leads, and how a page begins. */
export function inItsPlace({ status, type, body, location }: RawAnswer): string {
  const kind = type.split(";")[0]?.trim() || "no type";
  const target = originOf(location);
  const where = target === undefined ? kind : `a redirect to ${target}`;
  return `${status}, ${where}${body.trim() === "" ? "" : `: ${quote(body)}`}`;
}

function isPage(body: string): boolean {
  return /^[\s\ufeff]*<(!doctype|html|head|body)\b/i.test(body);
}

/** One that does not say its type may be anything. */
function isApiType(type: string): boolean {
  const name = type.split(";")[0]?.trim().toLowerCase() ?? "";
  return name === "" || name === "text/plain" || /^[a-z]+\/([\w.-]+\+)?json$/.test(name);
}

/** Not the whole address: a login page's has the session in it. */
function originOf(location: string): string | undefined {
  if (location === "") return undefined;
  return URL.canParse(location) ? new URL(location).origin : "another path";
}
