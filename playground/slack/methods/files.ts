import { randomUUID } from "node:crypto";
import { listOf } from "../checks.ts";
import { BOT, type SlackFile } from "../workspace.ts";
import { type ApiAnswer, type Arguments, channelFor, type Method, refuse, type World } from "./answer.ts";

export const files: Readonly<Record<string, Method>> = {
  "files.getUploadURLExternal": getUploadUrl,
  "files.completeUploadExternal": completeUpload,
};

/** The first of the two steps of an upload; the content goes to the URL in between. */
function getUploadUrl({ workspace }: World, args: Arguments): ApiAnswer {
  const length = Number(args.length);
  if (!args.filename || !Number.isInteger(length) || length < 0) return refuse("invalid_arguments");
  if (length === 0) return refuse("missing_argument");
  // Whoever knows the id can download the file, so it cannot be guessed.
  const id = `F${randomUUID().replaceAll("-", "").toUpperCase()}`;
  workspace.uploads.set(id, { name: String(args.filename), content: "" });
  return { ok: true, upload_url: `${workspace.uploadUrl}/${id}`, file_id: id };
}

/** The second step. Without a channel the file is private. */
function completeUpload(world: World, args: Arguments): ApiAnswer {
  const { workspace } = world;
  const shared = args.channel_id !== undefined;
  const channel = channelFor(world, args.channel_id);
  if (shared && !channel) return refuse("channel_not_found");
  if (channel && !channel.bot) return refuse("not_in_channel");
  // Slack's page of files.completeUploadExternal has no is_archived.
  if (channel?.archived) return refuse("posting_to_channel_denied");
  const uploaded = listOf(args.files).flatMap(({ id, title }): SlackFile[] => {
    const upload = workspace.uploads.get(String(id));
    workspace.uploads.delete(String(id));
    return upload
      ? [{ id: String(id), name: upload.name, title: String(title ?? upload.name), content: upload.content }]
      : [];
  });
  if (uploaded.length === 0) return refuse("file_not_found");
  for (const file of uploaded) workspace.files.set(file.id, file);
  if (channel)
    workspace.add({
      channel: channel.id,
      user: BOT,
      text: String(args.initial_comment ?? ""),
      blocks: [],
      thread: typeof args.thread_ts === "string" ? args.thread_ts : undefined,
      files: uploaded,
    });
  return { ok: true, files: uploaded.map(({ id, title }) => ({ id, title })) };
}
