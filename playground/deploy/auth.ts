import type { Directory, User } from "./people.ts";

const TOKEN_USER = "PasswordIsAuthToken";

/** HTTP Basic as these servers take it: a user with a password, or the token user with a token, raw or as JSON. */
export function callerOf(header: string | undefined, directory: Directory): User | undefined {
  const encoded = /^Basic (.+)$/i.exec(header ?? "")?.[1];
  if (!encoded) return undefined;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  const name = pair.slice(0, colon);
  const secret = pair.slice(colon + 1);
  if (colon < 1 || secret === "") return undefined;
  const found =
    name === TOKEN_USER
      ? directory.users.find((user) => user.token === tokenIn(secret))
      : directory.users.find((user) => user.name === name && user.password === secret);
  return found && !found.deleted && !found.isLockedOut ? found : undefined;
}

function tokenIn(secret: string): string {
  try {
    const value: unknown = JSON.parse(secret);
    if (typeof value === "object" && value !== null && "token" in value && typeof value.token === "string")
      return value.token;
  } catch {
    // Not JSON: the token itself.
  }
  return secret;
}
