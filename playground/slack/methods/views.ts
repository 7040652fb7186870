import { randomUUID } from "node:crypto";
import { withBlockIds } from "../block-ids.ts";
import { listOf, shapeOf } from "../checks.ts";
import { viewProblemsOf } from "../limits.ts";
import { type Block, type SlackView, TEAM } from "../workspace.ts";
import { type ApiAnswer, type Arguments, type Method, refuse, type World } from "./answer.ts";

/** In bytes. Source: docs/slack-limits.md, "Messages and views". */
const LARGEST = 250_000;
/** Views of one modal, one above the other. Source: docs/slack-limits.md, "Messages and views". */
const STACK = 3;

export const views: Readonly<Record<string, Method>> = {
  "views.open": open,
  "views.push": push,
  "views.update": update,
  "views.publish": publish,
};

/** A trigger_id opens one modal, within three seconds. */
function open(world: World, args: Arguments): ApiAnswer {
  const { workspace } = world;
  const used = useTrigger(world, args);
  if ("refused" in used) return used.refused;
  const refused = refuseView(world, args, "modal");
  if (refused) return refused;
  const shown = newView(used.person, shapeOf(args.view), undefined);
  workspace.views.set(shown.id, shown);
  workspace.tell({ kind: "view", person: used.person });
  return { ok: true, view: viewToApi(shown) };
}

/** Puts a view above the one in which something was pressed. */
function push(world: World, args: Arguments): ApiAnswer {
  const { workspace } = world;
  const used = useTrigger(world, args);
  if ("refused" in used) return used.refused;
  const below = workspace.viewOf(used.person);
  if (!below) return refuse("not_found");
  if ([...workspace.views.values()].filter((view) => rootOf(view) === rootOf(below)).length >= STACK)
    return refuse("push_limit_reached");
  const refused = refuseView(world, args, "modal");
  if (refused) return refused;
  const shown = newView(used.person, shapeOf(args.view), below);
  workspace.views.set(shown.id, shown);
  workspace.tell({ kind: "view", person: used.person });
  return { ok: true, view: viewToApi(shown) };
}

function update(world: World, args: Arguments): ApiAnswer {
  const { workspace } = world;
  const isMeant = ({ id, view }: SlackView) =>
    args.view_id === undefined ? view.external_id === args.external_id : id === args.view_id;
  const shown = [...workspace.views.values()].find(isMeant);
  if (!shown) return refuse("not_found");
  if (args.hash !== undefined && args.hash !== shown.hash) return refuse("hash_conflict");
  const refused = refuseView(world, args, "modal", shown.id);
  if (refused) return refused;
  Object.assign(shown, { view: kept(shapeOf(args.view)), hash: newHash(), errors: {}, notice: undefined });
  workspace.tell({ kind: "view", person: shown.person });
  return { ok: true, view: viewToApi(shown) };
}

/** Whether the app has a Home tab at all is judged by who calls this. */
function publish(world: World, args: Arguments): ApiAnswer {
  const { workspace } = world;
  const person = workspace.person(args.user_id);
  if (!person) return refuse("user_not_found");
  if (args.hash !== undefined && args.hash !== workspace.homes.get(person.id)?.hash) return refuse("hash_conflict");
  const refused = refuseView(world, args, "home");
  if (refused) return refused;
  const home = { view: kept(shapeOf(args.view)), hash: newHash() };
  workspace.homes.set(person.id, home);
  workspace.tell({ kind: "view", person: person.id });
  return { ok: true, view: homeToApi(person.id, home) };
}

/** A view as Slack keeps it: its blocks have ids. */
export function kept(view: Arguments): Arguments {
  return { ...view, blocks: withBlockIds(listOf(view.blocks) as readonly Block[]) };
}

/** A view on a person's screen: above another one, or the first of its modal. */
export function newView(person: string, view: Arguments, below: SlackView | undefined): SlackView {
  const id = `V${randomUUID().replaceAll("-", "").slice(0, 10).toUpperCase()}`;
  const place = below ? { root: rootOf(below), previous: below.id } : {};
  return { id, person, view: kept(view), hash: newHash(), errors: {}, ...place };
}

export function newHash(): string {
  return randomUUID().slice(0, 8);
}

/** A modal's view as the Web API and payloads show it. */
export function viewToApi(shown: SlackView): Arguments {
  const { id, view, hash, previous } = shown;
  return { id, team_id: TEAM, hash, root_view_id: rootOf(shown), previous_view_id: previous ?? null, ...view };
}

export function homeToApi(person: string, home: { readonly view: Arguments; readonly hash: string }): Arguments {
  return { id: `VHOME${person}`, team_id: TEAM, hash: home.hash, ...home.view };
}

function rootOf({ id, root }: SlackView): string {
  return root ?? id;
}

/** Whose trigger_id it is; it is used up then. */
function useTrigger({ workspace, now }: World, args: Arguments): { person: string } | { refused: ApiAnswer } {
  const trigger = workspace.triggers.get(String(args.trigger_id));
  if (!trigger) return { refused: refuse("invalid_trigger_id") };
  if (trigger.used) return { refused: refuse("exchanged_trigger_id") };
  if (trigger.until <= now()) return { refused: refuse("expired_trigger_id") };
  trigger.used = true;
  return { person: trigger.person };
}

/** @param own the view that is changed, which may keep its external_id. */
function refuseView({ workspace }: World, args: Arguments, surface: "modal" | "home", own?: string) {
  const view = shapeOf(args.view);
  if (Buffer.byteLength(JSON.stringify(view)) > LARGEST) return refuse("view_too_large");
  const problems = viewProblemsOf(view, surface);
  if (problems.length > 0) return refuse("invalid_arguments", problems);
  const isTaken = ({ id, view: other }: SlackView) => id !== own && other.external_id === view.external_id;
  const taken = view.external_id !== undefined && [...workspace.views.values()].some(isTaken);
  return taken ? refuse("duplicate_external_id") : undefined;
}
