import type { Clock } from "../../app/ports.ts";
import { type ProbedCall, ServerError } from "../../app/urbancode.ts";
import { VERSION_SHAPES } from "./client.ts";
import type { Http, RawAnswer } from "./http.ts";
import { DOCUMENTED, type DocumentedCall, type Known } from "./reference.ts";
import { differencesOf, shapeOf } from "./shape-of.ts";

/** Makes every documented read once, and holds the answers against the reference. GETs only. */
export async function probe(
  http: Http,
  { user, clock }: { readonly user: string | undefined; readonly clock: Clock },
): Promise<readonly ProbedCall[]> {
  let known: Known = { user, agent: undefined, team: undefined, role: undefined, email: undefined };
  const results: ProbedCall[] = [];
  for (const documented of DOCUMENTED) {
    const path = documented.path(known);
    if (path === undefined) {
      results.push({ ...NOT_ASKED, call: documented.call });
      continue;
    }
    const since = clock.now();
    try {
      const answer = await http.raw(path, { anyone: documented.answer === "page" });
      const ms = clock.now() - since;
      const value = parse(answer.body);
      known = learn(known, documented.call, value);
      results.push({ ...judge(documented, answer, value), ms });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      results.push({ ...NOT_ASKED, call: documented.call, ms: clock.now() - since, differences: [error.message] });
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
  differences: ["not asked: an earlier answer did not tell for what"],
  absent: [],
};

function judge(documented: DocumentedCall, answer: RawAnswer, value: unknown): Omit<ProbedCall, "ms"> {
  const differences: string[] = [];
  const fine = answer.status === documented.status || (documented.answer === "page" && answer.status === 401);
  if (!fine) differences.push(`answered ${answer.status}, the reference has ${documented.status}`);
  if (documented.answer === "page" && !VERSION_SHAPES.some((shape) => shape.test(answer.body)))
    differences.push("tells the server's version in neither of the two known shapes");
  if (documented.answer === "text" && !/^No agent with id\/name /.test(answer.body))
    differences.push('does not begin with "No agent with id/name"');
  let absent: readonly string[] = [];
  if (documented.answer === "json" && fine) {
    if (value === undefined) differences.push("is not JSON");
    else {
      const shape = shapeOf(value);
      differences.push(...differencesOf(shape, documented.fields));
      const empty = Array.isArray(value) && value.length === 0;
      absent = empty ? [] : Object.keys(documented.fields).filter((field) => !field.endsWith("*") && !shape.has(field));
      for (const field of documented.needed ?? [])
        if (absent.includes(field)) differences.push(`has no ${field}, which Drydock needs`);
    }
  }
  return {
    call: documented.call,
    status: answer.status,
    contentType: answer.type.split(";")[0] ?? "",
    bytes: Buffer.byteLength(answer.body),
    entries: Array.isArray(value) ? value.length : undefined,
    differences,
    absent,
  };
}

/** Takes from an answer what later paths want; none of it is shown. */
function learn(known: Known, call: string, value: unknown): Known {
  switch (call) {
    case "GET /cli/agentCLI":
      return { ...known, agent: textAt(value, ["0", "id"]) };
    case "GET /cli/user/info":
      return { ...known, email: textAt(value, ["email"]) };
    case "GET /cli/team/infoAll":
      return { ...known, team: textAt(value, ["0", "id"]) };
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
