/**
 * The documented reads and their answers, as data. Field paths: `[]` is any entry of a list, `*` any key of a map; types are
 * JSON's, with `|` between alternatives. Source: the reference, sections 2 and 3.
 */
export interface DocumentedCall {
  readonly call: string;
  /** The path to ask for; undefined where something is missing that an earlier answer should have told. */
  readonly path: (known: Known) => string | undefined;
  readonly answer: "json" | "page" | "text";
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  /** Fields without which Drydock cannot work. */
  readonly needed?: readonly string[];
}

/** What earlier answers told; used in paths and never shown. */
export interface Known {
  readonly user: string | undefined;
  readonly agent: string | undefined;
  readonly team: string | undefined;
  readonly role: string | undefined;
  readonly email: string | undefined;
}

const TEXT = "string|null";

const AGENT = {
  id: "string",
  name: "string",
  active: "boolean",
  licensed: "boolean",
  licenseType: TEXT,
  status: TEXT,
  version: TEXT,
  workingDirectory: TEXT,
  impersonationPassword: TEXT,
  impersonationForce: "boolean",
  tags: "array",
  "tags[]": "string|object",
  "tags[].*": "string|number|boolean|null",
  communicationVersion: TEXT,
  securityResourceId: TEXT,
  description: TEXT,
  lastContact: "number|null",
  dateCreated: "number|null",
  endpointId: TEXT,
  relayId: TEXT,
};

const TEAM_OF_AGENT = {
  teamId: "string",
  teamLabel: TEXT,
  resourceTypeId: TEXT,
  resourceTypeName: TEXT,
  resourceRoleId: TEXT,
  resourceRoleLabel: TEXT,
};

const RELAY = {
  id: "string",
  name: "string",
  description: TEXT,
  endpointId: TEXT,
  version: TEXT,
  hostname: TEXT,
  relayHostname: TEXT,
  jmsPort: "number|null",
  status: TEXT,
  totalAgents: "number",
  activeAgents: "number",
  lastContact: "number|null",
  communicationVersion: TEXT,
};

const USER = {
  id: "string",
  name: "string",
  actualName: TEXT,
  displayName: TEXT,
  email: TEXT,
  deleted: "boolean",
  isLockedOut: "boolean",
  groups: "array",
  "groups[]": "object",
  "groups[].id": "string",
  "groups[].name": "string",
};

const TEAM = {
  id: "string",
  name: "string",
  roleMappings: "array",
  "roleMappings[]": "object",
  "roleMappings[].user": "object|null",
  "roleMappings[].user.*": "string|number|boolean|null|array|object",
  "roleMappings[].group": "object|null",
  "roleMappings[].group.*": "string|number|boolean|null|array|object",
  "roleMappings[].role": "object",
  "roleMappings[].role.id": "string",
  "roleMappings[].role.name": "string",
};

const encode = encodeURIComponent;

export const DOCUMENTED: readonly DocumentedCall[] = [
  { call: "GET / (front page, without credentials)", path: () => "/", answer: "page", status: 200, fields: {} },
  {
    call: "GET /cli/agentCLI",
    path: () => "/cli/agentCLI",
    answer: "json",
    status: 200,
    fields: listOf(AGENT),
    needed: ["[].id", "[].name", "[].status", "[].version"],
  },
  {
    call: "GET /cli/agentCLI/info",
    path: ({ agent }) => agent && `/cli/agentCLI/info?agent=${encode(agent)}`,
    answer: "json",
    status: 200,
    fields: {
      ...AGENT,
      security: "object",
      "security.*": "boolean",
      propSheet: "object|null",
      "propSheet.*": "string|number|boolean|null",
      extendedSecurity: "object",
      "extendedSecurity.*": "boolean",
      "extendedSecurity.teams": "array",
      "extendedSecurity.teams[]": "object",
      ...below("extendedSecurity.teams[]", TEAM_OF_AGENT),
    },
    needed: ["security", "extendedSecurity.teams"],
  },
  {
    call: "GET /cli/agentCLI/info (an agent that is not there)",
    path: () => "/cli/agentCLI/info?agent=drydock-probe-no-such-agent",
    answer: "text",
    status: 404,
    fields: {},
  },
  {
    call: "GET /cli/agentCLI/statuses",
    path: () => "/cli/agentCLI/statuses",
    answer: "json",
    status: 200,
    fields: { "*": "number" },
  },
  {
    call: "GET /cli/agentCLI/usage",
    path: () => "/cli/agentCLI/usage",
    answer: "json",
    status: 200,
    fields: { onlineAgents: "number", agentsrunningDeployments: "number" },
  },
  { call: "GET /cli/relay", path: () => "/cli/relay", answer: "json", status: 200, fields: listOf(RELAY) },
  {
    call: "GET /cli/relay/statuses",
    path: () => "/cli/relay/statuses",
    answer: "json",
    status: 200,
    fields: { "*": "number" },
  },
  {
    call: "GET /cli/systemConfiguration",
    path: () => "/cli/systemConfiguration",
    answer: "json",
    status: 200,
    fields: {
      "*": "string|number|boolean|null|array|object",
      enableInactiveLinks: "boolean",
      maintenanceModeEnabled: "boolean",
      externalURL: TEXT,
      externalUserURL: TEXT,
    },
  },
  {
    call: "GET /cli/user/info",
    path: ({ user }) => user && `/cli/user/info?user=${encode(user)}`,
    answer: "json",
    status: 200,
    fields: USER,
    needed: ["id", "name"],
  },
  {
    call: "GET /cli/user/byEmail",
    path: ({ email }) => email && `/cli/user/byEmail?email=${encode(email)}&allUsers=true`,
    answer: "json",
    status: 200,
    fields: listOf({ id: "string", name: "string" }),
    needed: ["[].id", "[].name"],
  },
  {
    call: "GET /cli/team/infoAll",
    path: () => "/cli/team/infoAll",
    answer: "json",
    status: 200,
    fields: listOf(TEAM),
    needed: ["[].id"],
  },
  {
    call: "GET /cli/team/info",
    path: ({ team }) => team && `/cli/team/info?team=${encode(team)}`,
    answer: "json",
    status: 200,
    fields: TEAM,
  },
  {
    call: "GET /security/user/roleMappings/{user}",
    path: ({ user }) => user && `/security/user/roleMappings/${encode(user)}`,
    answer: "json",
    status: 200,
    fields: listOf({
      id: "string",
      name: "string",
      canManage: "boolean",
      roleMapping: "object",
      "roleMapping.role": "object",
      "roleMapping.role.id": "string",
      "roleMapping.role.name": "string",
      "roleMapping.context": "object|string|null",
    }),
    needed: ["[].id", "[].roleMapping.role.id"],
  },
  {
    call: "GET /security/role/{role}",
    path: ({ role }) => role && `/security/role/${encode(role)}`,
    answer: "json",
    status: 200,
    fields: {
      id: "string",
      name: "string",
      actionMappings: "array",
      "actionMappings[]": "object",
      "actionMappings[].id": "string",
      "actionMappings[].action": "object",
      "actionMappings[].action.id": "string",
      "actionMappings[].action.name": "string",
      "actionMappings[].action.category": TEXT,
      "actionMappings[].resourceRole": "object|null",
      "actionMappings[].resourceRole.id": "string",
      "actionMappings[].resourceRole.name": "string",
    },
    needed: ["actionMappings[].action.name"],
  },
  {
    call: "GET /rest/agent",
    path: () => "/rest/agent?rowsPerPage=1&pageNumber=1&orderField=name&sortType=asc",
    answer: "json",
    status: 200,
    fields: listOf(AGENT),
  },
];

function listOf(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { "[]": "object", ...below("[]", fields) };
}

function below(path: string, fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([field, type]) => [`${path}.${field}`, type]));
}
