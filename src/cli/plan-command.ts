import { parseArguments } from "../conversation/arguments.ts";
import { readWord } from "../core/typed-text.ts";
import { UserError } from "../core/user-error.ts";
import { textOf } from "../core/view.ts";
import { BOTH_STATUSES, factsOf, type PlanResult, type Selection } from "../features/plan/plan-port.ts";
import { planView } from "../features/plan/plan-view.ts";
import { readSelection, SELECTION_FLAGS } from "../features/plan/read-selection.ts";
import { isBusy } from "../servers/fleet.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { defineCommand } from "./command.ts";
import { CONNECTION, CONNECTION_NOTES, type Connection, readConnection } from "./connection.ts";
import { planTable } from "./plan-table.ts";
import { READ_ONLY_SLOTS, readOnlyServer } from "./read-only-server.ts";
import { readPlan } from "./read-plan.ts";
import type { StyledLine } from "./styled-text.ts";
import { quoted, UsageError } from "./usage-error.ts";

const EXAMPLE = "drydock plan --url https://deploy.example.com:8443 --name 'web-*' --limit 25";

/** Those of Slack's filters that change a plan which nobody can start. */
const FILTERS = [
  "name",
  "only",
  "exclude",
  "team",
  "tag",
  "relay",
  "version",
  "limit",
  "slots",
  "include-offline",
  "include-inactive",
] as const;

export const plan = defineCommand({
  name: "plan",
  summary: "Shows what an upgrade of a server's agents would do",
  notes: [
    ...CONNECTION_NOTES,
    "A filter that matches no agent is an error with exit code 2, and near names are printed.",
    "Quote twice what has a comma in it: --team '\"Payments, EU\"'.",
  ],
  options: {
    ...CONNECTION,
    status: { type: "string", hint: "required|recommended", summary: "only agents with this Upgrade status" },
    all: { type: "boolean", summary: "list every agent, and those that are left out" },
    ...filterOptions(),
  },
  example: EXAMPLE,
  exits: { done: "the plan was printed", failed: "the server gave no usable answer" },
  async run({ values }, ports) {
    const connection = readConnection(values, ports.env);
    const selection = selectionOf(connection, statusesOf(values.status), values, (text) =>
      readWord(ports.readCopied(text)),
    );
    const urbancode = await ports.openServer(connection);
    try {
      const server = readOnlyServer(urbancode, connection.url, ports.clock);
      const result = await readPlan(server, selection, ports.progress).catch(asUsageError);
      const lines = textOfPlan(server, result, ports.clock.now()).split("\n");
      const text = lines.map((line): StyledLine => [line]);
      return { text: [...text, ...planTable(result.plan, values.all === true)], json: toJson(result) };
    } finally {
      await urbancode.close();
    }
  },
});

type Filter = (typeof FILTERS)[number];

/** Slack's declarations of the filters, as options of a terminal. */
function filterOptions() {
  const options = FILTERS.map((name) => {
    const { kind, hint, summary } = SELECTION_FLAGS[name];
    const isList = kind === "list";
    return [name, { type: kind === "switch" ? "boolean" : "string", hint, summary, multiple: isList }] as const;
  });
  return Object.fromEntries(options) as Readonly<Record<Filter, (typeof options)[number][1]>>;
}

/** In the words of Slack's two commands. */
function statusesOf(typed: string | undefined): Selection["statuses"] {
  if (typed === undefined) return BOTH_STATUSES;
  const found = BOTH_STATUSES.find((status) => status === `upgrade-${typed.toLowerCase()}`);
  if (found) return [found];
  throw new UsageError(
    `--status takes required or recommended, not ${quoted(typed)}. Example: ${EXAMPLE} --status required`,
  );
}

/** Reads the filters as Slack's commands do. A filter that cannot be read is a mistake of whoever typed it. */
function selectionOf(
  { url }: Connection,
  statuses: Selection["statuses"],
  values: Readonly<Record<Filter, Typed>>,
  read: (typed: string) => string,
): Selection {
  const flags = Object.fromEntries(Object.entries(SELECTION_FLAGS).filter(([name]) => isFilter(name)));
  const words = FILTERS.flatMap((name) =>
    listOf(values[name]).map((value) => (value === true ? `--${name}` : `--${name}=${read(String(value))}`)),
  );
  try {
    const args = parseArguments({ flags, example: EXAMPLE }, words);
    return readSelection({ name: new URL(url).hostname, slots: READ_ONLY_SLOTS }, statuses, args);
  } catch (error) {
    if (error instanceof UserError) throw new UsageError(error.message);
    throw error;
  }
}

/** A word that matches no agent is a mistake of whoever typed it, too. */
function asUsageError(error: unknown): never {
  if (error instanceof UserError && error.code === "no-agent-matches") throw new UsageError(error.message);
  throw error;
}

type Typed = string | boolean | readonly string[] | undefined;

function listOf(typed: Typed): readonly (string | boolean)[] {
  if (typed === undefined) return [];
  return typeof typed === "object" ? typed : [typed];
}

function isFilter(name: string): boolean {
  return FILTERS.some((filter) => filter === name);
}

function textOfPlan(server: ManagedServer, result: PlanResult, now: number): string {
  const blocked = "Read only: nothing was started, and nothing can be from here. The rights are those of this account.";
  const view = planView({
    result,
    draftId: "",
    policy: server.policy,
    approvals: 0,
    size: 0,
    gates: [],
    emergency: false,
    starts: undefined,
    facts: factsOf(result, server, now),
    blocked,
    said: [],
    everyReason: true,
  });
  return textOf({ ...view, parts: view.parts.filter((part) => part.kind !== "buttons") });
}

function toJson({ plan, unknown, unjudged, nameless, unavailable, candidates, activity }: PlanResult): object {
  const known = activity.kind === "known" ? activity : undefined;
  const deploying = known ? plan.agents.filter((agent) => isBusy(known, agent)).map(({ name }) => name) : null;
  return {
    readOnly: true,
    candidates,
    offlineUnknown: unknown,
    unknownStatuses: unjudged.unknown,
    inErrorOrConnecting: unjudged.unreachable,
    neverContacted: unjudged.neverContacted,
    nameless,
    runningDeployments: known?.running ?? null,
    deployingAgents: deploying,
    deploymentsWithoutAgent: known?.unnamed ?? null,
    withoutEffect: unavailable,
    plan,
  };
}
