import type { IncomingMessage, ServerResponse } from "node:http";
import type { AnswerOrder } from "./ordered-answers.ts";
import type { RelayUpgrade } from "./relay-life.ts";
import type { Switches } from "./switches.ts";
import type { Trouble } from "./trouble.ts";
import type { Fault } from "./upgrade-life.ts";

type Body = Readonly<Record<string, unknown>>;

interface Control {
  readonly fields: Readonly<Record<string, "string" | "number" | "boolean">>;
  readonly example: string;
  /** What it returns is part of the answer. */
  readonly run: (switches: Switches, body: Body) => unknown;
}

const CONTROLS: Readonly<Record<string, Control>> = {
  "/_standin/fault": {
    fields: { agent: "string" },
    example: '{"agent": "web-001", "fault": "never-back"}; "fault": null takes it back',
    run: (switches, { agent, fault }) => switches.setFault(String(agent), (fault ?? undefined) as Fault | undefined),
  },
  "/_standin/trouble": {
    fields: { kind: "string" },
    example: '{"kind": "unreachable", "seconds": 10}',
    run: (switches, { kind, seconds }) =>
      switches.trouble({ kind: kind as Trouble["kind"], seconds: Number(seconds ?? 10) }),
  },
  "/_standin/answer": {
    fields: { kind: "string", to: "string" },
    example: '{"kind": "login-page", "to": "upgrades", "times": 1}; "kind": "none" takes it back',
    run: (switches, order) => switches.answer(order as unknown as AnswerOrder),
  },
  "/_standin/status": {
    fields: { agent: "string" },
    example: '{"agent": "web-001", "status": "UPGRADE"}',
    run: (switches, { agent, status }) => switches.setStatus(String(agent), status === null ? null : String(status)),
  },
  "/_standin/remove": {
    fields: { agent: "string" },
    example: '{"agent": "web-001"}',
    run: (switches, { agent }) => switches.removeAgent(String(agent)),
  },
  "/_standin/register-anew": {
    fields: { agent: "string" },
    example: '{"agent": "web-001"}',
    run: (switches, { agent }) => ({ id: switches.registerAnew(String(agent)) }),
  },
  "/_standin/relay": {
    fields: { relay: "string", up: "boolean" },
    example: '{"relay": "relay-1", "up": false}',
    run: (switches, { relay, up }) => switches.setRelay(String(relay), up === true),
  },
  "/_standin/upgrade-relay": {
    fields: { relay: "string" },
    example: '{"relay": "relay-1"}; "ends": "never-back" or "back-old" for one that goes wrong',
    run: (switches, { relay, ends }) =>
      switches.upgradeRelay(String(relay), ends === undefined ? {} : { ends: ends as RelayUpgrade["ends"] }),
  },
  "/_standin/disk": {
    fields: { full: "boolean" },
    example: '{"full": true}',
    run: (switches, { full }) => switches.setDiskFull(full === true),
  },
  "/_standin/elsewhere": {
    fields: { agents: "number" },
    example: '{"agents": 3}',
    run: (switches, { agents }) => ({ agents: switches.upgradeElsewhere(Number(agents)) }),
  },
  "/_standin/deployment": {
    fields: { minutes: "number" },
    example: '{"agent": "web-001", "minutes": 5}; without "agent" an application\'s',
    run: (switches, { agent, minutes }) => ({
      id: switches.deploy({ ...(agent === undefined ? {} : { agent: String(agent) }), ms: Number(minutes) * 60_000 }),
    }),
  },
};

/** The stand-in's own paths, which no real server has: GET /_standin/state tells the truth, the others break things. */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  switches: Switches,
): Promise<void> {
  const path = request.url ?? "";
  const reply = (status: number, value: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  if (request.method === "GET" && path === "/_standin/state") return reply(200, switches.truth());
  const control = request.method === "POST" && Object.hasOwn(CONTROLS, path) ? CONTROLS[path] : undefined;
  if (!control)
    return reply(404, { error: `known: GET /_standin/state, POST ${Object.keys(CONTROLS).join(", POST ")}` });
  try {
    const body = JSON.parse(await readBody(request)) as Body;
    for (const [field, type] of Object.entries(control.fields))
      if (typeof body?.[field] !== type)
        throw new Error(`${path} wants "${field}" as a ${type}. Example: ${control.example}`);
    const done = control.run(switches, body);
    reply(200, { ok: true, ...(typeof done === "object" ? done : {}) });
  } catch (error) {
    reply(400, { error: error instanceof Error ? error.message : "unreadable" });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > 100_000) throw new Error("the body is too large");
  }
  return body;
}
