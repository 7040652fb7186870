import { shapeOf } from "../checks.ts";
import { viewProblemsOf } from "../limits.ts";
import { type ApiAnswer, type Arguments, type Method, refuse, type World } from "./answer.ts";

/** In bytes. Source: Slack's reference of views.open. */
const LARGEST = 250_000;

export const views: Readonly<Record<string, Method>> = {
  "views.open": open,
  "views.update": update,
  "views.publish": publish,
};

/** A trigger_id opens one modal, within three seconds. */
function open({ workspace, now }: World, args: Arguments): ApiAnswer {
  const id = String(args.trigger_id);
  const trigger = workspace.triggers.get(id);
  if (!trigger) return refuse("invalid_trigger_id");
  if (trigger.used) return refuse("exchanged_trigger_id");
  if (trigger.until <= now()) return refuse("expired_trigger_id");
  trigger.used = true;
  const { person } = trigger;
  const view = shapeOf(args.view);
  const refused = refuseView(view, "modal");
  if (refused) return refused;
  const viewId = `V${id}`;
  workspace.views.set(viewId, { id: viewId, person, view, errors: {} });
  workspace.tell({ kind: "view", person });
  return { ok: true, view: { id: viewId, ...view } };
}

function update({ workspace }: World, args: Arguments): ApiAnswer {
  const shown = workspace.views.get(String(args.view_id));
  if (!shown) return refuse("not_found");
  const view = shapeOf(args.view);
  const refused = refuseView(view, "modal");
  if (refused) return refused;
  Object.assign(shown, { view, errors: {}, notice: undefined });
  workspace.tell({ kind: "view", person: shown.person });
  return { ok: true, view: { id: shown.id, ...shown.view } };
}

/** Whether the app has a Home tab at all is judged by who calls this. */
function publish({ workspace }: World, args: Arguments): ApiAnswer {
  const person = workspace.person(args.user_id);
  if (!person) return refuse("user_not_found");
  const view = shapeOf(args.view);
  const refused = refuseView(view, "home");
  if (refused) return refused;
  workspace.homes.set(person.id, view);
  workspace.tell({ kind: "view", person: person.id });
  return { ok: true, view: { id: `VHOME${person.id}`, ...view } };
}

function refuseView(view: Arguments, surface: "modal" | "home"): ApiAnswer | undefined {
  if (Buffer.byteLength(JSON.stringify(view)) > LARGEST) return refuse("view_too_large");
  const problems = viewProblemsOf(view, surface);
  return problems.length > 0 ? refuse("invalid_arguments", problems) : undefined;
}
