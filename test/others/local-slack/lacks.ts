/** What local-slack 0.1.8 lacks, by the name under which a test of the common suite asks for it, and how that shows. */
export const LACKS = {
  outsiders: "it knows neither guests nor deactivated people nor people of other workspaces",
  membership: "the app may post in every channel, also where it is not a member",
  "shared channels": "it does not tell that a channel is shared with another organization",
  "private presses": "a press on a private message says is_ephemeral: false, so its answer cannot replace the message",
  searches: "it has no external selects (block_suggestion)",
  "buttons in modals": "a press in a modal is sent as one on a message, without the modal",
  "orders for faults": "its Web API can be told neither to fail nor to refuse (429, 503, missing_scope)",
  "disconnect frames": "it never asks an app to connect again",
  usergroups: "it has no usergroups",
  deletions: "people can neither delete a message nor archive a channel in it",
  "raw envelopes": "nothing but what people do can be sent to the app",
  "request dates": "the date of its signed requests cannot be moved",
  "Home tab": "the tests know no way to open a Home tab, or the menu of a message, in it",
  "turn-clock": "it goes by the machine's time, so simulated minutes cannot pass in seconds",
} as const;

export type Capability = keyof typeof LACKS;
