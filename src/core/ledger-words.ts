/** Why the ledger cannot be written. */
export type Unwritable = keyof typeof UNWRITABLE;

/** What Drydock tells people, in its log and on the command line. */
export function unwritableText(reason: Unwritable): string {
  return `The ledger cannot be written: ${UNWRITABLE[reason]}.`;
}

export function dutyLostText(duty: string): string {
  return `Another replica of Drydock has taken over ${duty}.`;
}

const UNWRITABLE = {
  full: "its disk is full",
  "read-only": "its file is read-only",
  failing: "its disk fails",
  locked: "another program has locked its file",
  away: "its database does not answer",
  standby: "its database only reads: it is a standby, or is set to read only",
  busy: "its database is busy: a turn waited too long",
  unconfirmed: "its database did not confirm in time what Drydock wrote",
  moved: "its file was moved or replaced. Stop Drydock and put the newest ledger back",
  lost: "it lacks events that Drydock has read from it. Stop Drydock and put the newest ledger back",
} as const;
