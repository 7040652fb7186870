import type { IncomingMessage } from "node:http";

/** Arguments that are objects: the SDK sends them as JSON texts. */
const JSON_ARGUMENTS = new Set(["blocks", "metadata", "view", "files"]);

/** The SDK sends forms in which objects are JSON texts; response_url gets JSON. */
export async function readArguments(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const body = await readBody(request);
  if (request.headers["content-type"]?.includes("json")) return JSON.parse(body || "{}") as Record<string, unknown>;
  const args: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body))
    args[key] = JSON_ARGUMENTS.has(key) ? (JSON.parse(value) as unknown) : value;
  return args;
}

/** A file comes as the body itself or as the one part of a form. */
export async function readFileBody(request: IncomingMessage): Promise<string> {
  const body = await readBody(request);
  const boundary = /boundary=([^;]+)/.exec(request.headers["content-type"] ?? "")?.[1];
  if (!boundary) return body;
  const part = body.split(`--${boundary}`)[1] ?? "";
  return part.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, "");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
