import { defineCommand } from "../src/conversation/command.ts";
import { UserError } from "../src/core/user-error.ts";
import { say } from "../src/core/view.ts";
import type { Reviews } from "../src/features/emergency/review-service.ts";
import { reviewModal } from "../src/features/emergency/review-view.ts";
import type { Visibility } from "../src/people/visibility.ts";

const EXAMPLE = '/agents review prod-142 "looked at it with alice, all five are fine"';
const MAX_NOTE_LENGTH = 500;

interface Ports {
  readonly reviews: Reviews;
  readonly visibility: Visibility;
}

/** Typed with a note, or pressed: then its form comes back with one. */
export const review = defineCommand({
  name: "review",
  group: "Rollouts",
  summary: "close the review of an emergency rollout, with a note",
  needsIdentity: true,
  args: { positional: { hint: "ROLLOUT NOTE", required: true, many: true }, flags: {}, example: EXAMPLE },
  async handler({ words: [name = "", ...rest] }, { call }, ports: Ports) {
    const seen = await ports.visibility.rollout(name, call);
    const open = await ports.visibility.among(ports.reviews.open(), call.person);
    const { id } = seen?.review ? seen : ports.reviews.named(name.toLowerCase(), open);
    if (call.via === "button") return reviewModal(id);
    const note = (call.via === "form" ? (call.values.note?.[0] ?? "") : rest.join(" ")).trim();
    const wrong = note === "" ? "Say what you looked at, and what follows from it." : undefined;
    const problem = note.length > MAX_NOTE_LENGTH ? `${MAX_NOTE_LENGTH} characters at most.` : wrong;
    if (problem && call.via === "form") return { errors: { note: problem } };
    if (problem) throw new UserError("review-needs-note", `A review requires a note. ${problem} Example: ${EXAMPLE}`);
    await ports.reviews.close(id, call.person, note);
    return say("review-closed", `You closed the review of ${id}.`);
  },
});
