import { moment } from "../../core/moment.ts";
import { type Line, type Modal, type Part, say, type View } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Contribution, Reply } from "../contribution.ts";
import { offerEnd } from "./decide-handover.ts";
import { offerButtons } from "./handover-port.ts";
import { OFFER_ENDS } from "./handover-words.ts";

export const RESUMES_NOTHING = "Accepting does not resume a paused rollout.";

export const handover: Contribution = {
  of: "offer",
  replies: ({ rollout }) => [
    ...replacedOffer(rollout),
    ...offerViews(rollout).map((said) => ({ ...said, how: "redrawn" as const })),
    ...handoverReplies(rollout).map((said) => ({ ...said, how: "once" as const })),
  ],
};

/** The buttons of an older offer do nothing any more. */
function replacedOffer(rollout: Rollout): readonly Reply[] {
  const { replacedOffer: offer } = rollout;
  return offer ? [{ key: `offer-${offer.n}`, view: offerView(rollout, offer), how: "correction" }] : [];
}

/** The newest offer of a rollout, in its thread: drawn again when it is over, without its buttons. */
export function offerViews(rollout: Rollout): readonly { readonly key: string; readonly view: View }[] {
  const { offer } = rollout;
  return offer ? [{ key: `offer-${offer.n}`, view: offerView(rollout, offer) }] : [];
}

function offerView(rollout: Rollout, offer: NonNullable<Rollout["offer"]>): View {
  const { id, plan } = rollout;
  const head: Line = [{ person: offer.to }, " ", { person: offer.by }, ` offers ${id} to you.`];
  if (offer.over)
    return {
      key: "offer-over",
      summary: head,
      parts: [{ kind: "text", lines: [head, [`This offer is over: ${OFFER_ENDS[offerEnd(rollout, offer.over)]}.`]] }],
    };
  const parts: Part[] = [
    {
      kind: "text",
      lines: [
        head,
        [
          `If you accept, the agents of ${plan.server} that still wait are upgraded with your permissions, and Drydock mentions you. ${RESUMES_NOTHING} Owners of a rollout cannot approve it. The offer expires `,
          moment(offer.expiresAt),
          ".",
        ],
      ],
    },
    { kind: "buttons", buttons: offerButtons(rollout) },
  ];
  return { key: "offer", summary: head, parts };
}

/** The form behind Hand over. */
export function handoverModal(id: string): Modal {
  return {
    key: "handover-form",
    title: `Hand over ${id}`,
    parts: [
      {
        kind: "text",
        lines: [["Its owner stays the same until that person accepts. Then its upgrades run with their permissions."]],
      },
    ],
    form: {
      command: "handover",
      args: [id],
      submit: "Offer",
      fields: [{ id: "to", kind: "person", label: "New owner", required: true }],
    },
  };
}

/** New in the thread when a rollout has another owner, or the offer was not accepted: the person who offered is mentioned. */
function handoverReplies(rollout: Rollout): readonly { readonly key: string; readonly view: View }[] {
  const { offer, id, owner } = rollout;
  if (!offer?.over || offer.over === "void") return [];
  const said: Line =
    offer.over === "taken"
      ? [` ${id} is `, { person: owner }, "'s now."]
      : [` ${id} was not handed over: ${OFFER_ENDS[offerEnd(rollout, offer.over)]}.`];
  const told = offer.over === "taken" && offer.from && offer.from !== offer.by ? [{ person: offer.from }, " "] : [];
  return [
    {
      key: `offer-${offer.n}-over`,
      view: say(offer.over === "taken" ? "handed-over" : "not-handed-over", [...told, { person: offer.by }, ...said]),
    },
  ];
}
