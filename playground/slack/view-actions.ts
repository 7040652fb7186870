import type { Clock } from "../clock.ts";
import { buttonsOf, type ShownButton } from "./block-kit.ts";
import { listOf, shapeOf } from "./checks.ts";
import { optionProblemsOf, viewProblemsOf } from "./limits.ts";
import { kept, newHash, newView } from "./methods/views.ts";
import type { Payloads } from "./payloads.ts";
import type { Delivery } from "./socket-mode.ts";
import { TROUBLE } from "./unanswered.ts";
import type { Block, SlackView, Workspace } from "./workspace.ts";

/** How long Slack waits for the options of a search. */
const TIMEOUT = 3_000;
/** What the search says if no options came in time. */
export const NO_OPTIONS = "The app did not respond.";

export interface Option {
  readonly text: { readonly text: string };
  readonly value: string;
}

/** What people do in a modal. */
export interface ViewActions {
  /** Submits or closes a modal, with what was filled in. */
  endView(id: string, how: "view_submission" | "view_closed", values?: object): void;
  /** Presses a button inside a modal. */
  pressInView(id: string, label: string, values?: object): void;
  /** Types into a search field of a modal; the options that the app offers. Rejects where Slack would refuse them, or gets none in time. */
  search(id: string, field: string, query: string): Promise<readonly Option[]>;
}

interface Ports {
  readonly workspace: Workspace;
  readonly delivery: Delivery;
  readonly payloads: Payloads;
  readonly clock: Clock;
}

export function createViewActions({ workspace, delivery, payloads, clock }: Ports): ViewActions {
  function viewOf(id: string): SlackView {
    const shown = workspace.views.get(id);
    if (!shown) throw new Error(`There is no modal ${id}.`);
    return shown;
  }

  /** What the app said to a submission: what is wrong, another form in its place or above it, or that it is done. */
  function end(shown: SlackView, response: unknown): void {
    const { response_action, errors, view } = shapeOf(response);
    if (response_action === "errors") shown.errors = shapeOf(errors) as Readonly<Record<string, string>>;
    else if (response_action === "update" || response_action === "push") {
      const problems = viewProblemsOf(shapeOf(view));
      if (problems.length > 0) shown.notice = TROUBLE;
      else if (response_action === "update")
        Object.assign(shown, { view: kept(shapeOf(view)), hash: newHash(), errors: {}, notice: undefined });
      else {
        const above = newView(shown.person, shapeOf(view), shown);
        workspace.views.set(above.id, above);
      }
    } else {
      const all = [...workspace.views.values()].filter(({ person }) => person === shown.person);
      for (const { id } of response_action === "clear" ? all : [shown]) workspace.closeView(id);
      return;
    }
    workspace.tell({ kind: "view", person: shown.person });
  }

  return {
    endView(id, how, values = {}) {
      const shown = viewOf(id);
      const payload = payloads.inView(how, shown, values);
      shown.notice = undefined;
      if (how === "view_closed") {
        workspace.closeView(id);
        delivery.send("interactive", { ...payload, is_cleared: false });
      } else delivery.send("interactive", { ...payload, response_urls: [] }, (response) => end(shown, response));
    },
    pressInView(id, label, values = {}) {
      const shown = viewOf(id);
      const button = buttonIn(listOf(shown.view.blocks) as readonly Block[], label, "The modal");
      delivery.send("interactive", {
        ...payloads.inView("block_actions", shown, values),
        container: { type: "view", view_id: id },
        actions: [{ ...pressed(button), action_ts: workspace.ts() }],
      });
    },
    search(id, field, query) {
      const shown = viewOf(id);
      const block = listOf(shown.view.blocks).find((candidate) => candidate.block_id === field);
      const payload = {
        ...payloads.inView("block_suggestion", shown, {}),
        container: { type: "view", view_id: id },
        action_id: shapeOf(block?.element).action_id,
        block_id: field,
        value: query,
      };
      return new Promise((resolve, reject) => {
        const inTime = clock.after(TIMEOUT, () => reject(new Error(NO_OPTIONS)));
        delivery.send("interactive", payload, (response) => {
          inTime();
          const options = listOf(shapeOf(response).options);
          const problems = options.length > 0 ? optionProblemsOf(options, "/options") : [];
          if (problems.length > 0) reject(new Error(problems.join("; ")));
          else resolve(options as unknown as readonly Option[]);
        });
      });
    },
  };
}

/** The button with this label. Throws with the labels that there are. */
export function buttonIn(blocks: readonly Block[], label: string, where: string): ShownButton {
  const buttons = buttonsOf(blocks);
  const button = buttons.find((candidate) => candidate.label === label);
  if (button) return button;
  throw new Error(
    `${where} has no button "${label}"; it has: ${buttons.map((other) => other.label).join(", ") || "none"}.`,
  );
}

/** A button as an action in a payload. */
export function pressed({ action_id, block_id, value, label }: ShownButton) {
  return { type: "button", action_id, block_id, value, text: { type: "plain_text", text: label, emoji: false } };
}
