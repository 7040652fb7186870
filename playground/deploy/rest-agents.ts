import { toListed, visible } from "./agents-api.ts";
import { type Asked, json, type Reply, type Route, type World } from "./answers.ts";

/** docs/urbancode-deploy.md, "The web interface's list of agents". Its total is in Content-Range, spelt differently from 7.0.4 on. */
export const restAgentRoutes: readonly Route[] = [{ method: "GET", path: /^\/rest\/agent$/, answer: page }];

function page(asked: Asked, world: World): Reply {
  const { query } = asked;
  // Without a number of rows it is the whole list.
  const size = Math.max(1, Number(query.get("rowsPerPage") ?? Number.POSITIVE_INFINITY));
  const before = Math.max(1, Number(query.get("pageNumber") ?? 1)) - 1;
  const first = before === 0 ? 0 : before * size;
  const matching = visible(asked, world)
    .map((agent) => toListed(agent, world))
    .filter((agent) =>
      query
        .getAll("filterFields")
        .every((field) =>
          matches(
            agent[columnOf(field)],
            query.getAll(`filterValue_${field}`),
            query.get(`filterType_${field}`) ?? "eq",
          ),
        ),
    );
  const order = columnOf(query.get("orderField") ?? "name");
  const sign = query.get("sortType") === "desc" ? -1 : 1;
  const sorted = matching.sort((a, b) => sign * String(a[order]).localeCompare(String(b[order]), "en"));
  const rows = sorted.slice(first, first + size);
  const range = `${first}-${first + rows.length}/${sorted.length}`;
  return json(rows, {
    "Content-Range": /^([0-6]\.|7\.0\.[0-3]\.)/.test(world.serverVersion) ? range : `items ${range}`,
  });
}

function columnOf(field: string): string {
  return field === "agentVersion" ? "version" : field;
}

/** A field that an agent lacks matches no filter: other clients remove what a filter finds. */
function matches(value: unknown, wanted: readonly string[], type: string): boolean {
  if (value === undefined || value === null) return false;
  const text = String(value);
  if (type === "like")
    return wanted.some((part) => text.toLowerCase().includes(part.toLowerCase().replaceAll("%", "")));
  if (type === "lt") return wanted.some((bound) => text.localeCompare(bound, "en", { numeric: true }) < 0);
  return wanted.includes(text);
}
