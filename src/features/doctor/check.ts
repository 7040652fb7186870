import type { LedgerInspection, SlackInspection } from "../../core/inspection.ts";
import type { Channels, Clock, People, Usergroups } from "../../core/ports.ts";
import type { Key } from "../../core/view.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { ChannelSettings } from "../../people/channels.ts";
import type { Identities, PeopleSettings } from "../../people/identity.ts";
import type { ManagedServer, Servers } from "../../servers/managed-server.ts";
import type { Found } from "./finding.ts";

export interface DoctorPorts {
  readonly servers: Servers;
  readonly slack: SlackInspection;
  readonly ledger: LedgerInspection;
  readonly people: People;
  readonly channels: Channels;
  readonly usergroups: Usergroups;
  readonly identities: Identities;
  readonly authorize: Pick<Authorize, "asApprover">;
  readonly clock: Clock;
  readonly settings: DoctorSettings;
}

export interface DoctorSettings {
  readonly channels: ChannelSettings;
  readonly people: PeopleSettings;
  /** Whether people can link tokens of their own. */
  readonly ownTokens: boolean;
}

/** How long one part of a check may take, in ms: the check itself is cut off later, and tells nothing of its parts then. */
export const PART_TIMEOUT = 15_000;

/** One check as data. What it throws, or a check that does not end in time, becomes a finding too. */
export interface Check<Subject extends readonly unknown[] = []> {
  /** What it looks at, e.g. `scopes`. */
  readonly code: Key;
  /** It reads more the older the ledger is, in parts that each have a limit: together they have none. */
  readonly unlimited?: true;
  run(ports: DoctorPorts, ...subject: Subject): Promise<readonly Found[]>;
}

export type ServerCheck = Check<[server: ManagedServer]>;
