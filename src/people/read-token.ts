import { Secret } from "../core/secret.ts";

/** Tokens are far shorter. */
const MAX_LENGTH = 4_000;

/** The token that was filled in, also as the server prints it, `{"token": "…"}`. What is wrong with it is said without it. */
export function readToken(filled: Secret | undefined): { readonly token: Secret } | { readonly problem: string } {
  const text = filled?.reveal().trim() ?? "";
  const token = text.startsWith("{") ? inJson(text) : text;
  if (token === undefined || token === "")
    return { problem: 'Expected a token: its text alone, or {"token": "…"} as the server prints it.' };
  if (token.length > MAX_LENGTH)
    return { problem: `A token has ${MAX_LENGTH.toLocaleString("en")} characters at most.` };
  if (/[\s\p{Cc}]/u.test(token))
    return { problem: "There is a space or a line break in it: copy the token again, alone." };
  return { token: new Secret(token) };
}

function inJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const token = typeof value === "object" && value !== null && "token" in value ? value.token : undefined;
    return typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}
