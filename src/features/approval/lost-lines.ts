import { data, type Line } from "../../core/view.ts";
import { LOST } from "../../model/rollout/lost-approval.ts";
import type { Request } from "../../model/rollout/rollout-parts.ts";

/** Whose approvals do not count any more, and what each of them has lost. Nobody who is gone is mentioned. */
export function lostLines({ lost = [] }: Pick<Request, "lost">): readonly Line[] {
  return lost.map(({ user, why }): Line => [data(user.name), ` ${LOST[why]}.`]);
}
