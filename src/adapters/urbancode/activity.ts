import type { Clock } from "../../core/ports.ts";
import { serverTrouble } from "../../core/server-trouble.ts";
import { type Activity, type KnownActivity, ServerError } from "../../model/deploy-server.ts";
import type { Http } from "./http.ts";
import { activityShape, agentOfEntry } from "./shapes.ts";

/** A longer list may have been cut off. */
const MAX_ROWS = 250;

/** The two forms that are known: documented, and as other clients of servers from 6.1 to 7.1 ask. Which version first had the first is not known. */
export const ACTIVITY_FORMS = [
  { form: "cli", path: "/cli/workflowTrace/currentActivity" },
  {
    form: "rest",
    path: `/rest/workflow/currentActivity?rowsPerPage=${MAX_ROWS}&orderField=startDate&sortType=desc`,
  },
] as const;

/** For how long a server that has neither form is not asked again, in ms: it may be upgraded meanwhile. */
const NOT_REPORTED_TTL = 10 * 60_000;
const WHAT = "what runs now";

/** Reads what runs, in the form that the server has. It remembers which one that is. */
export function createActivityReader(
  http: Pick<Http, "json">,
  { name, clock }: { readonly name: string; readonly clock: Clock },
): (signal?: AbortSignal) => Promise<Activity> {
  let known: (typeof ACTIVITY_FORMS)[number] | undefined;
  let notReportedAt = Number.NEGATIVE_INFINITY;

  return async (signal) => {
    if (clock.monotonic() - notReportedAt < NOT_REPORTED_TTL) return { kind: "not-reported" };
    let unclear: ServerError | undefined;
    for (const form of new Set([known ?? ACTIVITY_FORMS[0], ...ACTIVITY_FORMS])) {
      try {
        const activity = toActivity(name, await http.json(WHAT, form.path, signal), form.form);
        known = form;
        return activity;
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        if (error.status !== 400 && error.status !== 404) return { kind: "trouble", error };
        // These servers answer 400 to a path that they do not have, and to who may not. A page with 404 is a server's that starts, too.
        if (error.fault !== "not-found") unclear = error;
      }
    }
    known = undefined;
    if (unclear) return { kind: "trouble", error: unclear };
    notReportedAt = clock.monotonic();
    return { kind: "not-reported" };
  };
}

function toActivity(name: string, value: unknown, form: KnownActivity["form"]): KnownActivity {
  const entries = activityShape.safeParse(value);
  if (!entries.success) throw new ServerError("unreadable", serverTrouble("unknown-shape", name, { call: WHAT }));
  const { data } = entries;
  if (form === "rest" && data.length >= MAX_ROWS)
    throw new ServerError("unreadable", serverTrouble("too-many-rows", name, { call: WHAT, reason: `${MAX_ROWS}` }));
  const agents = data.map(agentOfEntry);
  const named = agents.filter((agent) => agent !== undefined);
  return {
    kind: "known",
    running: data.length,
    agents: [...new Set(named)],
    unnamed: agents.length - named.length,
    form,
  };
}
