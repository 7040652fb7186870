import { z } from "zod";
import { basic, type ForeignClient, named, nameOnly, OFFLINE, text } from "./foreign-client.ts";

/** Python. It logs in at the front page, and sends the session's cookie both as a cookie and as a header of its own. */
export const python: ForeignClient = {
  repository: "sgwilbur/urbancode-client",
  // urbancode_client/common.py: a key of another length is not taken.
  async headers(url) {
    const authorization = basic("PasswordIsAuthToken:dry-dock-token");
    const page = await fetch(`${url}/`, { headers: { authorization } });
    const [, name, key] = /(UC[BDR]_SESSION_KEY)=(.{36});/.exec(page.headers.get("set-cookie") ?? "") ?? [];
    if (!name || !key) throw new Error("The front page sets no session's key that this client takes.");
    return { authorization, accept: "application/json", cookie: `${name}=${key}`, [name]: key };
  },
  calls: [
    // examples/ucd-add_agents_to_resource_group.py: the whole list.
    ["/rest/agent", z.array(named.extend({ tags: z.array(nameOnly) })).length(5)],
    // examples/ucd-delete_offline_agents.py: it removes every agent that it gets.
    [
      `/rest/agent?orderField=name&sortType=asc&${OFFLINE}`,
      z.array(z.object({ id: text, status: z.literal("OFFLINE") })).length(2),
    ],
    // The same file, by pages.
    [
      `/rest/agent?rowsPerPage=1&pageNumber=1&orderField=name&sortType=asc&${OFFLINE}`,
      z.array(z.object({ id: text, status: z.literal("OFFLINE") })).length(1),
    ],
    // The same file, by name, status and version.
    [
      "/rest/agent?rowsPerPage=250&pageNumber=1&orderField=name&sortType=asc&filterFields=name&filterFields=status&filterFields=agentVersion&filterValue_name=ucd&filterType_name=like&filterClass_name=String&filterValue_status=ONLINE&filterType_status=eq&filterClass_status=Enum&filterValue_agentVersion=6&filterType_agentVersion=like&filterClass_agentVersion=String",
      z.array(named.extend({ name: z.literal("ucd-3") })).length(1),
    ],
    // examples/ucd-cancel_all_app_requests.py
    [
      "/rest/workflow/currentActivity?rowsPerPage=10&pageNumber=1&orderField=startDate&sortType=desc",
      z.array(z.object({ id: text })).length(3),
    ],
  ],
};
