import type { IncomingMessage, ServerResponse } from "node:http";

/** Headers that belong to a hop and not to what is passed on. */
const HOP = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);

/** Sends a request on to this URL, unchanged. */
export async function passOn(url: string, request: IncomingMessage, body: Buffer): Promise<Response> {
  const headers = Object.entries(request.headers).filter(([name]) => !HOP.has(name));
  return fetch(url, {
    method: request.method ?? "POST",
    headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
}

/** Answers with what was answered there. */
export async function answerWith(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
