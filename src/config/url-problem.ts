/** What is wrong with the address of a server; undefined if nothing is. The address itself is not repeated: it may hold a password. */
export function urlProblem(written: string): string | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined && /^https?:\/\//i.test(written)) return "with a host, and a port up to 65535 if it has one";
  if (url === undefined || !/^https?:$/.test(url.protocol)) return "that begins with https:// or http://";
  if (url.username !== "" || url.password !== "")
    return "without a user or a password, which belong in the environment";
  if (written.includes("?")) return "without a query (?…)";
  if (written.includes("#")) return "without a fragment (#…)";
  return undefined;
}
