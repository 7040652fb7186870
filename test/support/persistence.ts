import { TROUBLE } from "../../playground/slack/unanswered.ts";
import { SLACKBOT, type Workspace } from "../../playground/slack/workspace.ts";
import type { RecordedEvent } from "./ledger-events.ts";

/** After this answer a person does the same again: a call to Slack ran out of time, which is the machine's in each trial. */
const NO_SLACK = "error.slack";
/** After this one too, where the trial goes by the machine's time: so does how long a call to the server may take. */
const NO_SERVER = "error.server-unreachable";
/** After so many ms without any answer a person does the same again. Drydock's calls to Slack have 10 s each. */
const PATIENCE = 60_000;

/** What somebody did last, and what they had been shown before. */
interface Deed {
  readonly act: () => void;
  readonly events: number;
  readonly notices: number;
  readonly at: number;
}

/** What people do in a trial, and do again where they read that it did not work. */
export interface Persistence {
  /** Does it, and remembers it as what this person did last. */
  act(person: string, act: () => void): void;
  /** The events of the person since then. */
  since(person: string): readonly RecordedEvent[];
  /** Drydock answered as the test meant it to: the person does not do it again. */
  done(person: string): void;
  /** Whether a person does the same again after this answer. */
  isTryAgain(key: unknown): boolean;
  /** Has all do again what did not work; `waits` is whoever waits for an answer, which may have got lost. */
  again(waits?: string): void;
}

/**
 * Where a trial goes by the machine's time, one that stands still for seconds makes Drydock's calls and Slack's envelopes run
 * out of time. Drydock or Slack says so to the person, who tries again; a test that does not would wait for ever.
 */
export function createPersistence(ports: {
  readonly workspace: Pick<Workspace, "messages" | "views">;
  readonly eventsOf: (person: string) => readonly RecordedEvent[];
  readonly now: () => number;
  /** Whether the whole trial goes by the machine's time. */
  readonly byMachine: boolean;
}): Persistence {
  const { workspace, eventsOf, now, byMachine } = ports;
  const last = new Map<string, Deed>();
  /** Those whom Drydock answered as the test meant it to. */
  const answered = new Set<string>();

  const noticesOf = (person: string) =>
    workspace.messages.filter(({ only, user }) => only === person && user === SLACKBOT).length;
  const since = (person: string) => eventsOf(person).slice(last.get(person)?.events ?? 0);
  const isTryAgain = (key: unknown) => key === NO_SLACK || (byMachine && key === NO_SERVER);

  function act(person: string, deed: () => void): void {
    answered.delete(person);
    last.set(person, { act: deed, events: eventsOf(person).length, notices: noticesOf(person), at: now() });
    deed();
  }

  function hasFailed(person: string, { notices }: Deed): boolean {
    const answers = since(person);
    if (answers.some(({ data }) => isTryAgain(data.key))) return true;
    if (!byMachine) return false;
    if ([...workspace.views.values()].some((view) => view.person === person && view.notice === TROUBLE)) return true;
    return answers.length === 0 && noticesOf(person) > notices;
  }

  return {
    act,
    since,
    done: (person) => void answered.add(person),
    isTryAgain,
    again(waits) {
      for (const [person, deed] of [...last]) {
        if (answered.has(person)) continue;
        const isLost = byMachine && person === waits && now() - deed.at > PATIENCE;
        if (isLost || hasFailed(person, deed)) act(person, deed.act);
      }
    },
  };
}
