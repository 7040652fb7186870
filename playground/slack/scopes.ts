import { type ApiAnswer, type Arguments, refuse, type World } from "./methods/answer.ts";

/** The first word of the scopes that are about a place of this kind. */
type Where = "channels" | "groups" | "im";

/** The bot scopes of each method, from Slack's page of the method; a private channel wants those of groups. */
const SCOPES: Readonly<Record<string, (where: Where) => string>> = {
  "users.info": () => "users:read",
  "users.list": () => "users:read",
  "chat.postMessage": () => "chat:write",
  "chat.postEphemeral": () => "chat:write",
  "chat.update": () => "chat:write",
  "chat.delete": () => "chat:write",
  "conversations.info": (where) => `${where}:read`,
  "conversations.members": (where) => `${where}:read`,
  "conversations.history": (where) => `${where}:history`,
  "conversations.open": () => "im:write",
  "conversations.replies": (where) => `${where}:history`,
  "usergroups.list": () => "usergroups:read",
  "usergroups.users.list": () => "usergroups:read",
  "files.getUploadURLExternal": () => "files:write",
  "files.completeUploadExternal": () => "files:write",
};

/** Slack's refusal where the app was not given a scope that the call wants; undefined where it was. */
export function refuseScope({ workspace, scopes }: World, method: string, args: Arguments): ApiAnswer | undefined {
  const channel = workspace.channel(args.channel);
  const where = channel?.im !== undefined ? "im" : channel?.is_private ? "groups" : "channels";
  const needed = Object.hasOwn(SCOPES, method) ? SCOPES[method]?.(where) : undefined;
  if (!needed || !scopes || scopes.has(needed)) return undefined;
  return { ...refuse("missing_scope"), needed, provided: [...scopes].join(",") };
}
