import { type ApiAnswer, type Arguments, refuse, type World } from "./methods/answer.ts";

/** The bot scopes of each method, from Slack's reference of the method; a private channel wants those of groups. */
const SCOPES: Readonly<Record<string, (isPrivate: boolean) => string>> = {
  "users.info": () => "users:read",
  "users.list": () => "users:read",
  "chat.postMessage": () => "chat:write",
  "chat.postEphemeral": () => "chat:write",
  "chat.update": () => "chat:write",
  "chat.delete": () => "chat:write",
  "conversations.info": (isPrivate) => (isPrivate ? "groups:read" : "channels:read"),
  "conversations.members": (isPrivate) => (isPrivate ? "groups:read" : "channels:read"),
  "conversations.history": (isPrivate) => (isPrivate ? "groups:history" : "channels:history"),
  "conversations.replies": (isPrivate) => (isPrivate ? "groups:history" : "channels:history"),
  "usergroups.list": () => "usergroups:read",
  "usergroups.users.list": () => "usergroups:read",
  "files.getUploadURLExternal": () => "files:write",
  "files.completeUploadExternal": () => "files:write",
};

/** Slack's refusal where the app was not given a scope that the call wants; undefined where it was. */
export function refuseScope({ workspace, scopes }: World, method: string, args: Arguments): ApiAnswer | undefined {
  const isPrivate = workspace.channel(args.channel)?.is_private === true;
  const needed = Object.hasOwn(SCOPES, method) ? SCOPES[method]?.(isPrivate) : undefined;
  if (!needed || !scopes || scopes.has(needed)) return undefined;
  return { ...refuse("missing_scope"), needed, provided: [...scopes].join(",") };
}
