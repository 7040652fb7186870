export interface Suggestion {
  readonly command: string;
  readonly about: string;
}

/** Commands that a person can try first, as @alice. They succeed before the demo's story and after it. */
export const SUGGESTIONS: readonly Suggestion[] = [
  { command: "/agents upgrade-recommended --limit 3", about: "plan three agents, and press Start" },
  {
    command: "/agents upgrade 'build-*' --slots 2 --reason \"patch night\"",
    about: "plan so many that another person approves: act as bob and press Approve",
  },
  { command: "/agents upgrade-required", about: "plan every agent that cannot deploy before it is upgraded" },
  { command: "/agents relays", about: "see which relays lag, and upgrade one on its host, below" },
  { command: "/agents status", about: "see agents, slots and rollouts" },
  { command: "/agents whoami", about: "see what you may do" },
];
