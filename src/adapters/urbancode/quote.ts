const MAX_LENGTH = 300;

/** The server's own text, short and on one line, in quotes. */
export function quote(body: string): string {
  return `"${short(body)}"`;
}

export function short(body: string): string {
  const line = body.replace(/[\p{Cc}\s]+/gu, " ").trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
