import { SlackError, type Thread } from "../core/ports.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Places } from "../people/channels.ts";
import { rolloutCsv } from "./rollout-csv.ts";

export function listName(rollout: Rollout): string {
  return `${rollout.id}.csv`;
}

/**
 * Puts the whole rollout into its thread as a file, unless it is there already (`since`: when it was announced before). Why it
 * cannot be shown; undefined where it is there. Throws SlackError where it may go later.
 */
export async function attachList(request: {
  readonly thread: Thread;
  readonly places: Places;
  readonly rollout: Rollout;
  readonly upgrades: ReadonlyMap<string, Upgrade>;
  readonly place: { readonly channel: string; readonly thread: string };
  readonly since: number | undefined;
}): Promise<string | undefined> {
  const { thread, rollout, since } = request;
  const { channel } = request.place;
  const refusal = thread.isPrivate(channel) ? undefined : await request.places.refusalNow(channel, true);
  if (refusal !== undefined) return refusal;
  const place = { ...request.place, name: listName(rollout) };
  try {
    if (since !== undefined && (await thread.hasFile({ ...place, since }))) return undefined;
    const text = rolloutCsv(rollout, request.upgrades);
    await thread.upload({ ...place, title: `${rollout.id}: every agent`, text });
    return undefined;
  } catch (error) {
    if (!(error instanceof SlackError) || error.kind === "away" || error.kind === "passing") throw error;
    return `Slack does not accept it (${error.code})`;
  }
}
