import { count } from "../core/format.ts";
import { type Found, type ServerGate, WAIT } from "./gate.ts";
import type { Text } from "./text.ts";

/** Two configured names for one server would share neither slots nor approvals. */
export const otherName: ServerGate = {
  id: "other-name",
  at: ["proceed", "dispatch", "ask-relay", "trigger"],
  blocks({ server, ...situation }) {
    const { kind, ...known } = situation.otherName;
    return kind === "none" ? undefined : { code: kind, params: { server, ...known }, ...WAIT };
  },
  phrase: (found) => [...fact(found), ...(found.code === "unknown" ? [] : [` ${ADVICE}`])],
  shown: { fact, todo: (_policy, code) => (code === "unknown" ? undefined : [ADVICE]) },
};

const ADVICE =
  "The platform team can remove one of the two from the configuration, or write clone: true if one is a copy.";

function fact({ code, params: { server, other, address, agents } }: Pick<Found, "code" | "params">): Text {
  if (code === "unknown")
    return [
      `Drydock does not know yet whether ${server} is the same server as another one. No upgrade starts before that.`,
    ];
  return [
    `Nothing begins on ${server}: it is the same server as ${other}, because `,
    ...sameBecause(code === "same-address" ? { address: `${address}` } : { agents: Number(agents) }),
    ".",
  ];
}

export function sameBecause(common: { readonly address: string } | { readonly agents: number }): Text {
  if ("address" in common) return ["both call themselves ", { data: common.address }, " (externalURL)"];
  return [`they have ${count(common.agents, "agent")} in common`];
}
