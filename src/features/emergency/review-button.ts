import { defineCommand } from "../../conversation/command.ts";
import { say } from "../../core/view.ts";
import type { FindRollout } from "../../people/find-rollout.ts";
import type { Visibility } from "../../people/visibility.ts";
import type { Reviews } from "./review-service.ts";
import { reviewModal } from "./review-view.ts";

const MAX_NOTE_LENGTH = 500;

interface Ports {
  readonly findRollout: FindRollout;
  readonly reviews: Reviews;
  readonly visibility: Visibility;
}

/** Pressed on an emergency: `review ROLLOUT`; its form comes back with a note. */
export const review = defineCommand({
  name: "review",
  summary: "close the review of an emergency rollout, with a note",
  needsIdentity: true,
  args: { positional: { hint: "ROLLOUT", required: true, many: false }, flags: {}, example: "press Close review" },
  async handler({ words: [name = ""] }, { call }, ports: Ports) {
    const seen = await ports.findRollout(name, call, () => undefined);
    const open = await ports.visibility.among(ports.reviews.open(), call.person);
    const { id } = seen?.review ? seen : ports.reviews.named(name.toLowerCase(), open);
    if (call.via !== "form") return reviewModal(id);
    const note = call.values.note?.[0]?.trim() ?? "";
    if (note === "") return { errors: { note: "Say what you looked at, and what follows from it." } };
    if (note.length > MAX_NOTE_LENGTH) return { errors: { note: `${MAX_NOTE_LENGTH} characters at most.` } };
    await ports.reviews.close(id, call, note);
    return say("review-closed", `You closed the review of ${id}.`);
  },
});
