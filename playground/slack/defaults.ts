import type { SlackChannel, SlackPerson, SlackUsergroup } from "./entities.ts";

/** Who is in the workspace, and where they talk, where nothing else is said. */
export const DEFAULT_PEOPLE: readonly SlackPerson[] = [
  { id: "U0ALICE", name: "alice", email: "alice@drydock.test", tz: "Europe/Berlin" },
  { id: "U0BOB", name: "bob", email: "bob@drydock.test" },
  { id: "U0CAROL", name: "carol", email: "carol@drydock.test" },
  { id: "U0DAVE", name: "dave", email: "dave@drydock.test" },
  { id: "U0TWIN", name: "twin", email: "twin@drydock.test" },
  { id: "U0ELSE", name: "elsewhere", email: "alice@elsewhere.test" },
  { id: "U0GUEST", name: "guest", email: "alice@drydock.test", is_restricted: true },
  { id: "U0GONE", name: "gone", email: "gone@drydock.test", deleted: true },
  { id: "U0STRANGE", name: "stranger", email: "alice@drydock.test", team_id: "T0OTHER", is_stranger: true },
  { id: "U0ROBOT", name: "robot", is_bot: true },
];

export const DEFAULT_CHANNELS: readonly SlackChannel[] = [
  { id: "C0ONCALL", name: "on-call", bot: true },
  { id: "C0OPS", name: "operations", bot: true },
  { id: "C0RANDOM", name: "random", bot: false },
];

export const DEFAULT_USERGROUPS: readonly SlackUsergroup[] = [
  { id: "S0PLATFORM", handle: "platform", name: "Platform team", users: ["U0BOB", "U0CAROL"] },
];
