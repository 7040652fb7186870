import { mayApprove } from "../domain/gates/approvers.ts";
import { approverWords } from "../domain/gates/words.ts";
import type { Identities, Identity } from "./identity.ts";
import type { Usergroups } from "./ports.ts";
import { readGrants } from "./rights.ts";
import type { Site } from "./site.ts";
import { UserError } from "./user-error.ts";

/** Who may approve on a server, read at the moment when they press. */
export interface ApproverCheck {
  /** The approver's identity. Throws a UserError that says what is missing and who can help. */
  approver(site: Site, person: string): Promise<Identity>;
  /** The usergroups of the policy's approvers in which they are. */
  groups(site: Site, person: string): Promise<readonly string[]>;
}

export function createApproverCheck(ports: {
  readonly identities: Identities;
  readonly usergroups: Usergroups;
}): ApproverCheck {
  const { identities, usergroups } = ports;

  async function groups(site: Site, person: string): Promise<readonly string[]> {
    const all = site.policy.approvers.usergroups;
    const inside = await Promise.all(all.map(async (group) => (await usergroups.members(group)).has(person)));
    return all.filter((_group, i) => inside[i]);
  }

  return {
    groups,
    async approver(site, person) {
      const identity = await identities.on(site, person);
      const { approvers } = site.policy;
      // Somebody who is listed by name needs no rights that a server would have to tell of.
      const listed = approvers.people.includes(person);
      const grants = listed ? { mappings: [], roles: new Map() } : await readGrants(site, identity.user);
      const mine = listed ? [] : await groups(site, person);
      if (mayApprove(site.policy, { person, usergroups: mine, grants })) return identity;
      const why =
        mine.length > 0
          ? `You are in a usergroup of approvers, but ${identity.user.name} does not hold ${approvers.usergroupPermissions.join(", ")} on ${site.name}, and the usergroup alone does not suffice.`
          : `${identity.user.name} may not approve rollouts on ${site.name}.`;
      throw new UserError([`${why} Who can: `, ...approverWords(approvers), "."]);
    },
  };
}
