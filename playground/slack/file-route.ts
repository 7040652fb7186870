import type { IncomingMessage, ServerResponse } from "node:http";
import { readFileBody } from "./bodies.ts";
import { mimetypeOf } from "./methods/message.ts";
import type { Workspace } from "./workspace.ts";

/** Takes the content of a file between the two steps of its upload. */
export async function takeUpload(
  workspace: Workspace,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = workspace.uploads.get(id);
  const content = await readFileBody(request);
  if (file) file.content = content;
  response.writeHead(file ? 200 : 404).end(file ? "OK" : "no such upload");
}

/**
 * Gives a file to whoever knows its id, the app and people alike: this server listens on the loopback interface and the
 * id cannot be guessed. Slack wants a token or a session here.
 */
export async function giveFile(workspace: Workspace, path: string, response: ServerResponse): Promise<void> {
  const [id = "", name = ""] = path.split("/");
  const file = workspace.files.get(id);
  if (!file || decodeURIComponent(name) !== file.name) {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is no such file.");
    return;
  }
  response.writeHead(200, {
    "content-type": `${mimetypeOf(file.name)}; charset=utf-8`,
    "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    "x-content-type-options": "nosniff",
  });
  response.end(file.content);
}
