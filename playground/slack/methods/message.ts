import { BOT, type SlackFile, type SlackMessage, type Workspace } from "../workspace.ts";

const TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  txt: "text/plain",
  log: "text/plain",
  json: "application/json",
};

/** The kind of a file, by how its name ends. */
export function mimetypeOf(name: string): string {
  const ending = name.split(".").at(-1)?.toLowerCase() ?? "";
  return (Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined) ?? "application/octet-stream";
}

/** What all see in a thread below its first message. */
export function repliesTo(workspace: Workspace, channel: string, ts: unknown): readonly SlackMessage[] {
  return workspace.messages.filter((one) => one.channel === channel && one.thread === ts && !one.only && !one.deleted);
}

/** A message as the Web API shows it. */
export function toApi(workspace: Workspace, message: SlackMessage, withMetadata: boolean) {
  const files = message.files.map((file) => fileToApi(file, workspace.filesUrl));
  const replies = repliesTo(workspace, message.channel, message.ts);
  return {
    type: "message",
    user: message.user,
    ...(message.user === BOT ? { bot_id: "B0DRYDOCK" } : {}),
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(files.length > 0 ? { files } : {}),
    ...(message.thread ? { thread_ts: message.thread } : {}),
    ...(replies.length > 0 ? { thread_ts: message.ts, reply_count: replies.length } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** A file as the Web API shows it: `url_private` is where it can be downloaded. */
export function fileToApi({ id, name, title, content }: SlackFile, filesUrl: string) {
  const url = `${filesUrl}/${id}/${encodeURIComponent(name)}`;
  return {
    id,
    name,
    title,
    mimetype: mimetypeOf(name),
    size: Buffer.byteLength(content),
    url_private: url,
    url_private_download: url,
    permalink: url,
  };
}
