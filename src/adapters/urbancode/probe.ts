import type { z } from "zod";
import type { Clock } from "../../core/ports.ts";
import { type ProbedCall, ServerError } from "../../model/deploy-server.ts";
import { ACTIVITY_FORMS } from "./activity.ts";
import { compareShape } from "./compare-shape.ts";
import { VERSION_SHAPES } from "./front-page.ts";
import type { Http } from "./http.ts";
import type { RawAnswer } from "./raw-answer.ts";
import { roleShape, teamsShape, userShape, usersShape, userTeamsShape } from "./rights-shapes.ts";
import { activityShape, agentsShape, detailShape, relaysShape, statusesShape, systemShape } from "./shapes.ts";

/** What earlier answers told; used in paths and never shown. */
interface Known {
  readonly user: string | undefined;
  readonly agent?: string | undefined;
  readonly role?: string | undefined;
  readonly email?: string | undefined;
}

interface Call {
  readonly call: string;
  /** The path to ask for; undefined where an earlier answer should have told something and did not. */
  readonly path: (known: Known) => string | undefined;
  /** What Drydock expects: JSON of a shape, or something else. */
  readonly expects: z.ZodType | ((answer: RawAnswer) => readonly string[]);
  /** It is asked for without credentials. */
  readonly anyone?: true;
  /** Not every server has it. */
  readonly optional?: true;
}

const encode = encodeURIComponent;

/** What the client reads, each once. */
const CALLS: readonly Call[] = [
  { call: "GET / (front page, without credentials)", path: () => "/", expects: judgePage, anyone: true },
  { call: "GET /cli/agentCLI", path: () => "/cli/agentCLI", expects: agentsShape },
  {
    call: "GET /cli/agentCLI/info",
    path: ({ agent }) => agent && `/cli/agentCLI/info?agent=${encode(agent)}`,
    expects: detailShape,
  },
  {
    call: "GET /cli/agentCLI/info (an agent that is not there)",
    path: () => "/cli/agentCLI/info?agent=drydock-probe-no-such-agent",
    expects: judgeMissing,
  },
  { call: "GET /cli/agentCLI/statuses", path: () => "/cli/agentCLI/statuses", expects: statusesShape },
  ...ACTIVITY_FORMS.map(({ path }): Call => {
    return { call: `GET ${path.split("?")[0]}`, path: () => path, expects: activityShape, optional: true };
  }),
  { call: "GET /cli/relay", path: () => "/cli/relay", expects: relaysShape },
  { call: "GET /cli/systemConfiguration", path: () => "/cli/systemConfiguration", expects: systemShape },
  {
    call: "GET /cli/user/info",
    path: ({ user }) => user && `/cli/user/info?user=${encode(user)}`,
    expects: userShape,
  },
  {
    call: "GET /cli/user/byEmail",
    path: ({ email }) => email && `/cli/user/byEmail?email=${encode(email)}&allUsers=true`,
    expects: usersShape,
  },
  { call: "GET /cli/team/infoAll", path: () => "/cli/team/infoAll", expects: teamsShape },
  {
    call: "GET /security/user/roleMappings/{user}",
    path: ({ user }) => user && `/security/user/roleMappings/${encode(user)}`,
    expects: userTeamsShape,
  },
  {
    call: "GET /security/role/{role}",
    path: ({ role }) => role && `/security/role/${encode(role)}`,
    expects: roleShape,
  },
];

/**
 * Makes every read of the client once, unless the server refuses the account, and compares the answers with what it expects. GETs only.
 * A server also answers 401 if the account lacks a permission: once it has taken the account, that is one call's answer.
 */
export async function probe(
  http: Http,
  { user, clock }: { readonly user: string | undefined; readonly clock: Clock },
): Promise<readonly ProbedCall[]> {
  let known: Known = { user };
  const results: ProbedCall[] = [];
  let accepted = false;
  let refused = false;
  for (const made of CALLS) {
    const path = made.path(known);
    // Each further login that the server refuses could lock the account.
    if (refused || path === undefined) {
      const differences = refused ? ["not asked: the server refuses the account"] : NOT_ASKED.differences;
      results.push({ ...NOT_ASKED, call: made.call, differences });
      continue;
    }
    const since = clock.monotonic();
    try {
      const answer = await http.raw(path, { anyone: made.anyone === true });
      const ms = clock.monotonic() - since;
      accepted ||= answer.status < 400 && !made.anyone;
      refused = answer.status === 401 && !made.anyone && !accepted;
      const value = parse(answer.body);
      known = learn(known, made.call, value);
      results.push({ ...judge(made, answer, value), ms });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      results.push({ ...NOT_ASKED, call: made.call, ms: clock.monotonic() - since, differences: [error.message] });
    }
  }
  return results;
}

const NOT_ASKED: Omit<ProbedCall, "call"> = {
  status: undefined,
  contentType: "",
  bytes: 0,
  ms: 0,
  entries: undefined,
  differences: ["not asked: an earlier answer did not say for what"],
  absent: [],
  unread: [],
};

function judge({ call, expects, optional }: Call, answer: RawAnswer, value: unknown): Omit<ProbedCall, "ms"> {
  return {
    call,
    status: answer.status,
    contentType: answer.type.split(";")[0] ?? "",
    bytes: Buffer.byteLength(answer.body),
    entries: Array.isArray(value) ? value.length : undefined,
    absent: [],
    unread: [],
    ...(typeof expects === "function"
      ? { differences: expects(answer) }
      : judgeJson(expects, answer, value, optional === true)),
  };
}

function judgeJson(shape: z.ZodType, { status }: RawAnswer, value: unknown, optional: boolean) {
  if (status === 404 && optional) return { differences: [] };
  if (status !== 200) return { differences: [`answered ${status}, not 200`] };
  return value === undefined ? { differences: ["is not JSON"] } : compareShape(value, shape);
}

function judgePage({ status, body }: RawAnswer): readonly string[] {
  return [
    ...(status === 200 || status === 401 ? [] : [`answered ${status}, not 200 or 401`]),
    ...(VERSION_SHAPES.some((shape) => shape.test(body))
      ? []
      : ["gives the server's version in neither of the two known shapes"]),
  ];
}

function judgeMissing({ status, body }: RawAnswer): readonly string[] {
  return [
    ...(status === 404 ? [] : [`answered ${status}, not 404`]),
    ...(body.startsWith("No agent with id/name ") ? [] : ['does not begin with "No agent with id/name"']),
  ];
}

/** Takes from an answer what later paths need; none of it is shown. */
function learn(known: Known, call: string, value: unknown): Known {
  switch (call) {
    case "GET /cli/agentCLI":
      return { ...known, agent: textAt(value, ["0", "id"]) };
    case "GET /cli/user/info":
      return { ...known, email: textAt(value, ["email"]) };
    case "GET /security/user/roleMappings/{user}":
      return { ...known, role: textAt(value, ["0", "roleMapping", "role", "id"]) };
    default:
      return known;
  }
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  let inner = value;
  for (const key of path)
    inner = typeof inner === "object" && inner !== null ? (inner as Readonly<Record<string, unknown>>)[key] : undefined;
  return typeof inner === "string" && inner !== "" ? inner : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
