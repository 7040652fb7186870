import type { z } from "zod";
import type { Meter } from "../../core/meter.ts";
import type { Clock, Log, Random } from "../../core/ports.ts";
import { serverTrouble } from "../../core/server-trouble.ts";
import { ServerError, type UrbanCode } from "../../model/deploy-server.ts";
import { createActivityReader } from "./activity.ts";
import { certificateEnds } from "./certificate.ts";
import { createFrontPage } from "./front-page.ts";
import { createHttp, type HttpSettings } from "./http.ts";
import { inactiveOnly } from "./inactive-only.ts";
import { isAbout, readRows } from "./read-rows.ts";
import { readRole, teamsShape, toTeamMappings, userShape, usersShape, userTeamsShape } from "./rights-shapes.ts";
import {
  type OwnSpellings,
  readAgent,
  readCounts,
  readDetail,
  relaysShape,
  statusesShape,
  systemShape,
  toRelay,
} from "./shapes.ts";

const AGENTS = "list of agents";
/** What a read that collides with a write is answered. */
const COLLISION = /bulk manipulation|transaction/i;

/** One server over HTTP. docs/urbancode-deploy.md says which of its calls are documented, and which were only seen. */
export function createUrbanCode(
  settings: HttpSettings & { readonly statuses?: OwnSpellings },
  ports: { readonly clock: Clock; readonly random: Random; readonly log: Log; readonly meter?: Meter },
): UrbanCode {
  const http = createHttp(settings, ports);
  const { name } = settings;
  const activity = createActivityReader(http, { name, clock: ports.clock });
  /** How many rows of each list Drydock passed over last. It reads the lists every few seconds, and logs only a change. */
  const passedOver = new Map<string, number>();

  async function read<S extends z.ZodType>(
    shape: S,
    what: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<z.infer<S>> {
    const parsed = shape.safeParse(await http.json(what, path, signal));
    if (!parsed.success) throw unreadable(what);
    return parsed.data;
  }

  /** Leaves out the rows that Drydock cannot read: one must not hide the others. */
  async function rows<S extends z.ZodType>(row: S, what: string, path: string, signal?: AbortSignal) {
    const value = await http.json(what, path, signal);
    const read = readRows(row, value);
    if (!read) throw unreadable(what);
    pass(what, value, read.length);
    return read;
  }

  function pass(call: string, value: unknown, read: number): void {
    const count = Array.isArray(value) ? value.length - read : 0;
    if (count === (passedOver.get(call) ?? 0)) return;
    passedOver.set(call, count);
    if (count > 0) ports.log.warn({ server: name, call, count }, "rows that cannot be read were passed over");
  }

  const another = (what: string) => new ServerError("unreadable", `${name} answered "${what}" about another one.`);

  function unreadable(what: string): ServerError {
    return new ServerError("unreadable", serverTrouble("unknown-shape", name, { call: what }));
  }

  async function readList(what: string, path: string, active: boolean, signal?: AbortSignal) {
    const value = await http.json(what, path, signal);
    if (!Array.isArray(value)) throw unreadable(what);
    const read = value.flatMap((entry) => readAgent(entry, active, settings.statuses) ?? []);
    // One that is listed twice is one agent.
    const agents = [...new Map(read.map((agent) => [agent.id, agent])).values()];
    pass(what, value, read.length);
    // People's own tokens may see only a part.
    if (active && settings.variable !== undefined) ports.meter?.listed(name, agents);
    return agents;
  }

  return {
    name,
    list: (signal) => readList(AGENTS, "/cli/agentCLI", true, signal),
    nameless: () => passedOver.get(AGENTS) ?? 0,
    listInactive: (serverVersion, signal) =>
      readList("list of inactive agents", `/cli/agentCLI?${inactiveOnly(serverVersion)}`, false, signal),
    async info(agentId, signal) {
      const detail = readDetail(
        await http.json("info of an agent", `/cli/agentCLI/info?agent=${encodeURIComponent(agentId)}`, signal),
        settings.statuses,
      );
      if (!detail) throw unreadable("info of an agent");
      // What stands before a server may keep answers and mix them up: another agent's would prove this one's upgrade.
      if (detail.id !== agentId) throw another("info of an agent");
      return detail;
    },
    async trigger(agentId, { notAfter, callId, agentName } = {}) {
      const result = await http.putOnce(`/cli/agentCLI/upgrade?agent=${encodeURIComponent(agentId)}`, notAfter);
      const status = "status" in result ? result.status : undefined;
      ports.log.info(
        { server: name, agent: agentId, agentName, callId, result: result.kind, status },
        "an upgrade was requested",
      );
      return result;
    },
    testConnection: (agentId) =>
      http.put("connection test of an agent", `/cli/agentCLI/test?agent=${encodeURIComponent(agentId)}`),
    async statuses(signal) {
      const told = await read(statusesShape, "statuses of agents", "/cli/agentCLI/statuses", signal);
      return readCounts(told, settings.statuses);
    },
    activity,
    async property(agentId, property, signal) {
      const query = `agent=${encodeURIComponent(agentId)}&name=${encodeURIComponent(property)}`;
      try {
        const path = `/cli/agentCLI/getProperty?${query}`;
        const { status, body } = await http.page("property of an agent", path, { signal, missing: true });
        return status === 404 ? undefined : body.trim() || undefined;
      } catch (error) {
        // These servers answer 500 for some things that are not there, and for a read that collides with a write.
        if (error instanceof ServerError && error.status === 500 && !COLLISION.test(error.message))
          throw new ServerError("denied", error.trouble, error.status);
        throw error;
      }
    },
    async settings(signal) {
      const found = await read(systemShape, "system configuration", "/cli/systemConfiguration", signal);
      return {
        maintenance: found.maintenanceModeEnabled ?? undefined,
        inactiveLinks: found.enableInactiveLinks ?? undefined,
        ...(found.externalURL ? { externalUrl: found.externalURL } : {}),
      };
    },
    async relays(signal) {
      const relays = await rows(relaysShape.element, "list of relays", "/cli/relay", signal);
      return relays.map(toRelay);
    },
    ...createFrontPage(http),
    certificateEnds: () => certificateEnds(settings, ports.clock),
    usersByEmail: (email, signal) =>
      read(usersShape, "user by e-mail", `/cli/user/byEmail?email=${encodeURIComponent(email)}&allUsers=true`, signal),
    async user(idOrName, signal) {
      const user = await read(
        userShape,
        "info of a user",
        `/cli/user/info?user=${encodeURIComponent(idOrName)}`,
        signal,
      );
      if (!isAbout(idOrName, user)) throw another("info of a user");
      const active = user.deleted !== true && user.isLockedOut !== true;
      return { id: user.id, name: user.name, email: user.email ?? undefined, active, groups: user.groups ?? [] };
    },
    async roleMappings(user, signal) {
      const teams = await rows(
        userTeamsShape.element,
        "roles of a user",
        `/security/user/roleMappings/${encodeURIComponent(user)}`,
        signal,
      );
      return teams.map((team) => ({
        teamId: team.id,
        teamName: team.name ?? undefined,
        roleId: team.roleMapping.role.id,
        roleName: team.roleMapping.role.name,
      }));
    },
    async teamMappings(signal) {
      const teams = await rows(teamsShape.element, "info of all teams", "/cli/team/infoAll", signal);
      return teams.flatMap(toTeamMappings);
    },
    async role(role, signal) {
      const found = readRole(
        await http.json("actions of a role", `/security/role/${encodeURIComponent(role)}`, signal),
      );
      if (!found) throw unreadable("actions of a role");
      if (!isAbout(role, found)) throw another("actions of a role");
      return found;
    },
    async whoAmI({ path, field }, signal) {
      const value = await http.json("who am I", path, signal);
      const told = typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(field) : undefined;
      return typeof told === "string" && told !== "" ? told : undefined;
    },
    as: (token) =>
      createUrbanCode(
        { ...settings, variable: undefined, credentials: { kind: "token", token: token.reveal() } },
        ports,
      ),
    close: () => http.close(),
  };
}
