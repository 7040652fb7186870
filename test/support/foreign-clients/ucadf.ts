import { z } from "zod";
import { basic, type ForeignClient, LONG_AGO, named, nameOnly, OFFLINE, text } from "./foreign-client.ts";

/** The statuses that UCADF knows. Its reader fails at any other one, among them UPGRADE_REQUIRED, which the vendor documents. */
const status = z.enum(["CONNECTING", "ERROR", "ONLINE", "OFFLINE", "UPGRADE", "UPGRADE_RECOMMND"]);
const agent = named.extend({
  active: z.boolean(),
  licensed: z.boolean(),
  licenseType: text,
  status,
  version: text,
  workingDirectory: text,
  impersonationForce: z.boolean(),
  tags: z.array(nameOnly),
  lastContact: z.int().optional(),
  relayId: text.optional(),
  communicationVersion: text.optional(),
});
const team = z.object({ teamId: text, teamLabel: text, resourceTypeId: text, resourceTypeName: text });
const agentDetail = agent.extend({
  impersonationUseSudo: z.boolean(),
  dateCreated: z.int(),
  lastContact: z.int(),
  securityResourceId: text,
  security: z.object({ read: z.boolean(), "View Agents": z.boolean(), "Upgrade Agents": z.boolean() }),
  propSheet: z.object({
    id: text,
    path: text,
    version: z.int(),
    versionCount: z.int(),
    commit: z.int(),
    versioned: z.boolean(),
  }),
  extendedSecurity: z.object({ teams: z.array(team).nonempty() }),
});
const relay = named.extend({
  description: text,
  endpointId: text,
  version: text,
  hostname: text,
  relayHostname: text,
  jmsPort: z.int(),
  status: z.enum(["ONLINE", "OFFLINE"]),
  totalAgents: z.int(),
  activeAgents: z.int(),
  lastContact: z.int(),
  communicationVersion: text,
});
const action = z.object({ id: text, name: text, category: text });
/** Its reader of roles and of mappings fails at a field that it does not know. */
const role = z.strictObject({
  id: text,
  name: text,
  description: text.optional(),
  isDeletable: z.boolean().optional(),
  actionMappings: z.array(z.object({ id: text, action, resourceRole: named.optional() })).optional(),
});
const roleMapping = z.strictObject({ user: named.optional(), group: named.optional(), role });
const user = named.extend({
  actualName: text,
  displayName: text,
  email: text,
  deleted: z.boolean(),
  isLockedOut: z.boolean(),
  groups: z.array(named),
});
const running = z.object({ id: text, startDate: z.int() });
const activity = z.discriminatedUnion("processRequestType", [
  // UcdCancelApplicationProcesses.groovy reads these names, and cancels by the trace.
  running.extend({
    processRequestType: z.literal("application"),
    application: nameOnly,
    applicationProcess: nameOnly,
    traceId: text,
  }),
  running.extend({ processRequestType: z.literal("component"), agent: named }),
  // UcdCancelGenericProcesses.groovy, likewise.
  running.extend({ processRequestType: z.literal("generic"), process: nameOnly, workflowTraceId: text }),
]);

/** Groovy: files under src/main/groovy/org/urbancode/ucadf/core/action/ucd. It sends a token, and does not ask for JSON. */
export const ucadf: ForeignClient = {
  repository: "UrbanCode/UCADF-Core-Library",
  headers: () => ({
    authorization: basic("PasswordIsAuthToken:dry-dock-token"),
    accept: "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
  }),
  calls: [
    // agent/UcdGetAgents.groovy
    ["/cli/agentCLI?active=true", z.array(agent).length(5)],
    ["/cli/agentCLI?active=false", z.array(agent)],
    // agent/UcdGetAgent.groovy
    ["/cli/agentCLI/info?agent=web+1", agentDetail],
    ["/cli/agentCLI/info?agent=none", [404]],
    // agent/UcdDeleteUnusedAgents.groovy: it removes agents without contact since a time, and fails at one without `lastContact`.
    [
      `/rest/agent?filterFields=lastContact&filterValue_lastContact=${LONG_AGO + 1}&filterType_lastContact=lt&filterClass_lastContact=Long&${OFFLINE}`,
      z.array(agent.extend({ name: z.literal("ucd-4"), lastContact: z.int() })).length(1),
    ],
    // agentRelay/UcdGetAgentRelays.groovy
    ["/cli/relay", z.array(relay).length(1)],
    // agentRelay/UcdGetAgentRelay.groovy: by the name, then by the id.
    ["/rest/relay?relayName=r1", z.array(relay).length(1)],
    ["/rest/relay/r1", relay.extend({ extendedSecurity: z.object({ teams: z.array(team) }) })],
    ["/rest/relay/none", [404]],
    // role/UcdGetRole.groovy
    ["/security/role/Agent%20Upgrader", role.required({ actionMappings: true })],
    ["/security/role/none", [404, 500]],
    // system/UcdGetSystemConfiguration.groovy
    [
      "/cli/systemConfiguration",
      z.object({ externalURL: text, externalUserURL: text, maintenanceModeEnabled: z.boolean() }),
    ],
    // team/UcdGetTeam.groovy
    ["/cli/team/info?team=System+Team", named.extend({ roleMappings: z.array(roleMapping).nonempty() })],
    ["/cli/team/info?team=none", [403, 404, 500]],
    // user/UcdGetUser.groovy
    ["/cli/user/info?user=dave", user],
    ["/cli/user/info?user=none", [404, 500]],
    // user/UcdGetUserTeamMappings.groovy
    [
      "/security/user/roleMappings/alice",
      z.array(named.extend({ roleMapping: z.object({ role }), canManage: z.boolean() })).length(1),
    ],
    ["/security/user/roleMappings/none", [404, 500]],
    // workflow/UcdGetWorkflowActivity.groovy
    ["/rest/workflow/currentActivity", z.array(activity).length(3)],
  ],
};

/**
 * What it takes for the server's version from the front page (core/model/ucd/system/UcdSession.groovy). The first shape needs a quotation
 * mark somewhere before it; the second one ends at the last "<" of its line.
 */
export function versionIn(page: string): string | undefined {
  const found = /"[\s\S]*"version %s", "([\s\S]*?)"/.exec(page) ?? / class="productVersion">(.*)</.exec(page);
  return found?.[1]?.replaceAll("v. ", "");
}
