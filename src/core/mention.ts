/** How people call Drydock in a thread, where Slack takes no slash command: its name in manifest.yml. */
export const MENTION = "@drydock";
