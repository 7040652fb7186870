import type { Person } from "../../core/ports.ts";
import { data, type Key } from "../../core/view.ts";
import { type Found, problem } from "./finding.ts";

/** Why a person whom the configuration names has no rights in Slack; undefined for a member. @param settings where they are named. */
export function memberFault(id: string, person: Person | undefined, settings: string): Found | undefined {
  if (person?.kind === "member") return undefined;
  const remedy = `Replace this person under ${settings}.`;
  if (!person)
    return problem(
      "person-unknown",
      ["Slack knows no person ", data(id), `, whom ${settings} names.`],
      [`Correct the id under ${settings}: a member's profile in Slack shows it.`],
    );
  const kind = KINDS[person.kind];
  return problem(
    `person-${person.kind}` as Key,
    [{ person: id }, `, whom ${settings} names, ${kind}: Drydock accepts nothing from this person.`],
    [remedy],
  );
}

const KINDS: Readonly<Record<Exclude<Person["kind"], "member">, string>> = {
  deleted: "is deactivated in Slack",
  guest: "is a guest of the workspace",
  stranger: "belongs to another workspace",
  bot: "is a bot",
};
