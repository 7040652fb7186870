import { defineCommand } from "../src/conversation/command.ts";
import type { Clock } from "../src/core/ports.ts";
import type { Doctor } from "../src/features/doctor/doctor.ts";
import { doctorScope } from "../src/features/doctor/doctor-scope.ts";
import { doctorView } from "../src/features/doctor/doctor-view.ts";
import type { Authorize } from "../src/people/authorize.ts";
import type { PeopleSettings } from "../src/people/identity.ts";
import type { Servers } from "../src/servers/managed-server.ts";
import { serverNamed } from "../src/servers/managed-server.ts";

interface Ports {
  readonly doctor: Doctor;
  readonly servers: Servers;
  readonly authorize: Authorize;
  readonly people: PeopleSettings;
  readonly clock: Clock;
}

export const doctor = defineCommand({
  name: "doctor",
  group: "Look",
  summary: "find mistakes in settings, Slack and servers, for people on call and approvers",
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "doctor prod" },
  async handler({ words }, { call }, ports: Ports) {
    const [named] = words;
    const servers = named === undefined ? [...ports.servers.values()] : [serverNamed(ports.servers, named)];
    const scope = await doctorScope(servers, call.person, ports);
    return doctorView(await ports.doctor.examine(scope), words);
  },
});
