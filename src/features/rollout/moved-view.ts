import { type Line, say, type View } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";

/** Below a card that Slack no longer edits: where the rollout is shown now. */
export function movedView(rollout: Rollout, channel: string, url: string | undefined): View {
  return say("card-moved", [
    "Slack no longer changes this card. ",
    url === undefined ? rollout.id : { label: rollout.id, url },
    " is shown ",
    ...placeWords(rollout, channel),
    ".",
  ]);
}

/** `in #operations`, or `to @alice alone`. */
function placeWords({ owner }: Rollout, channel: string): Line {
  return channel.startsWith("D") ? ["to ", { person: owner }, " alone"] : ["in ", { channel }];
}
