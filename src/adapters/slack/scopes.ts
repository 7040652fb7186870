/** The scopes of manifest.yml, which a test compares. */
export const SCOPES = [
  ...["app_mentions:read", "channels:history", "groups:history", "im:history", "im:write", "channels:read"],
  ...["groups:read", "chat:write", "commands", "files:write", "usergroups:read", "users:read", "users:read.email"],
] as const;
