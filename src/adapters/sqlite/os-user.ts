import { userInfo } from "node:os";

/** Who runs this process, for the record. In a container a user may have no name. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
