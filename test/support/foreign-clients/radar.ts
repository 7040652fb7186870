import { z } from "zod";
import { basic, type ForeignClient, nameOnly, text } from "./foreign-client.ts";

/** What a row shows. A generic process has another name in that product. */
const row = z.union([
  z.object({ id: text, application: nameOnly, applicationProcess: nameOnly }),
  z.object({ id: text, component: nameOnly, componentProcess: nameOnly }),
  z.object({ id: text, processRequestType: z.literal("generic") }),
]);

/** Groovy, for a product built on this one. At commit 86ec4c3 it tells a single sign-on with a header that it logs in by itself. */
export const radar: ForeignClient = {
  repository: "akevinlee/radar",
  headers: () => ({
    authorization: basic("drydock:dry-dock-password"),
    DirectSsoInteraction: "true",
    accept: "application/json",
    "content-type": "application/json",
  }),
  calls: [
    // grails-app/controllers/com/serena/radar/AutomationProxyController.groovy, read by web-app/js/radar-dashboard.js: counted by status.
    ["/rest/agent?&orderField=name&sortType=asc", z.array(z.object({ status: text })).length(5)],
    // The same files, and grails-app/views/dashboard/view.gsp: a row for each.
    ["/rest/workflow/currentActivity?orderField=startDate&sortType=desc", z.array(row).length(3)],
  ],
};
