import pMap from "p-map";
import { count } from "../../core/format.ts";
import { SlackError } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { data, type Key } from "../../core/view.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { type DoctorPorts, PART_TIMEOUT, type ServerCheck } from "./check.ts";
import { type Found, ok, problem, unchecked } from "./finding.ts";
import { memberFault } from "./member-fault.ts";

/** Slack answers about a hundred such questions a minute. */
const MAX_ASKED = 60;
const AT_ONCE = 5;

/** Whether each approver and each mapped person is in Slack, and has a user of the server. */
export const serverPeople: ServerCheck = {
  code: "people",
  async run(ports, server) {
    const named = namedPeople(ports, server);
    const asked = [...named].slice(0, MAX_ASKED);
    const until = ports.clock.monotonic() + PART_TIMEOUT;
    let away: SlackError | undefined;
    const read = async ([id, setting]: readonly [string, string]) => {
      const left = until - ports.clock.monotonic();
      if (left <= 0 || away) return undefined;
      try {
        return await withTimeout(ports.clock, left, faultOf(ports, server, id, setting));
      } catch (error) {
        if (!(error instanceof SlackError && error.kind === "away")) throw error;
        away = error;
        return undefined;
      }
    };
    const looked = (await pMap(asked, read, { concurrency: AT_ONCE })).filter((found) => found !== undefined);
    const found = looked.flat();
    if (named.size === 0) return [];
    const people = `${count(named.size, "person", "people")} whom the configuration names for ${server.name}`;
    const rest = unchecked(
      "people",
      [`Drydock looked at ${looked.length} of the ${people}.`, ...(away ? [" ", data(away.message)] : [])],
      looked.length < asked.length ? ["Run doctor again in a minute."] : [],
    );
    const well = looked.length - found.length;
    const inOrder = `In Slack and on ${server.name}: ${count(well, "person", "people")} whom the configuration names.`;
    return [...found, ...(looked.length < named.size ? [rest] : []), ...(well > 0 ? [ok("people", inOrder)] : [])];
  },
};

/** Slack id to the setting that names the person. */
function namedPeople({ settings }: DoctorPorts, { name, policy }: ManagedServer): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const id of policy.approvers.people) named.set(id, `servers.${name}.approvers.people`);
  for (const [id, byServer] of settings.people.mapping)
    if (byServer.has(name) && !named.has(id)) named.set(id, `people.mapping`);
  return named;
}

async function faultOf(
  { people, identities }: DoctorPorts,
  server: ManagedServer,
  id: string,
  setting: string,
): Promise<readonly Found[]> {
  const person = await people.person(id);
  const fault = memberFault(id, person, setting);
  if (fault) return [fault];
  try {
    await identities.on(server, id, { fresh: "look", byOthers: true });
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [what, remedy] = FAULTS[error.code] ?? OTHER;
    const fill = (text: string) =>
      text.replaceAll("SERVER", server.name).replaceAll("MAPPING", `people.mapping.${id}.${server.name}`);
    return [problem(`person-${error.code}` as Key, [{ person: id }, ` ${fill(what)}`], [fill(remedy)])];
  }
}

const OTHER: readonly [string, string] = [
  "has no rights on SERVER: Drydock could not read their user there.",
  "Let Drydock's account read the users of SERVER.",
];

/** By the code with which Drydock would refuse the person. */
const FAULTS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  "not-mapped": [
    "may approve on SERVER, but Drydock knows no user of theirs there.",
    "Name their user under MAPPING, or add their e-mail domain under people.emailDomains.",
  ],
  "email-not-found": [
    "has an e-mail address that no user of SERVER has.",
    "Name their user under MAPPING, or give their user on SERVER that address.",
  ],
  "email-ambiguous": ["has an e-mail address that several users of SERVER have.", "Name the right user under MAPPING."],
  "account-not-found": ["is mapped to a user that SERVER does not know.", "Correct the user under MAPPING."],
  "account-inactive": [
    "has a user on SERVER that is deleted or locked.",
    "Unlock the user on SERVER, or remove the person from the configuration.",
  ],
  "account-mismatch": [
    "is mapped to a user of SERVER with another id than MAPPING says.",
    "Correct the user or its id under MAPPING.",
  ],
  "account-changed": [
    "has another account on SERVER than before.",
    "If that is right, confirm it with the account's id under MAPPING.",
  ],
};
