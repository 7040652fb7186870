import { count } from "../../core/format.ts";
import { data, type Line } from "../../core/view.ts";
import type { Identity } from "../../people/identity.ts";

/** How many of a server's agents a person may upgrade. */
export type UpgradeCount =
  | {
      readonly kind: "counted";
      readonly may: number;
      readonly of: number;
      /** Permissions that are missing on an agent. */
      readonly lacks: readonly string[];
    }
  /** There are too many to ask about, or the server is slow. `wanted`: what an upgrade requires. */
  | { readonly kind: "uncounted"; readonly wanted: readonly string[] };

/** `you are alice (by your e-mail address). You may upgrade 40 of 59 agents. You may not approve.` */
export function accessWords(given: {
  readonly identity: Identity;
  readonly counted: UpgradeCount;
  readonly mayApprove: boolean;
  /** Roles of which nothing tells what they may do. */
  readonly unread: readonly string[];
}): Line {
  const { user, via } = given.identity;
  return [
    "you are ",
    data(user.name),
    via === "mapping" ? " (by the configured mapping). " : " (by your e-mail address). ",
    `${upgradeWords(given.counted)} ${given.mayApprove ? "You may approve." : "You may not approve."}`,
    ...unreadLine(given.unread),
  ];
}

function upgradeWords(counted: UpgradeCount): string {
  if (counted.kind === "uncounted") return `You may upgrade each agent on which you have ${andList(counted.wanted)}.`;
  const { may, of, lacks } = counted;
  if (of === 0) return "Drydock sees no agent there.";
  if (may === of) return `You may upgrade ${of === 1 ? "its 1 agent" : `all ${of.toLocaleString("en")} agents`}.`;
  if (may > 0) return `You may upgrade ${may.toLocaleString("en")} of ${count(of, "agent")}.`;
  return `You may upgrade none of ${count(of, "agent")}: you lack ${lacks.join(", ")}.`;
}

function andList(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");
}

function unreadLine(names: readonly string[]): Line {
  if (names.length === 0) return [];
  const [these, them] = names.length === 1 ? ["this role", "it"] : ["these roles", "them"];
  return [
    ` Drydock cannot read what ${these} may do, so Drydock grants nothing for ${them}: `,
    ...names.flatMap((name, i) => (i === 0 ? [data(name)] : [", ", data(name)])),
    `. The platform team can list ${them} under permissions.roleNames.`,
  ];
}
