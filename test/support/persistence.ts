import { TROUBLE } from "../../playground/slack/unanswered.ts";
import { SLACKBOT, type Workspace } from "../../playground/slack/workspace.ts";
import type { RecordedEvent } from "./ledger-events.ts";

/** Answers of Drydock after which a person does the same again: Slack or the server gave no answer in time. */
const TRY_AGAIN = new Set<unknown>(["error.slack", "error.server-unreachable"]);
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
 * Where a trial goes by the machine's time, a machine that stands still for seconds makes Drydock's calls and Slack's envelopes run
 * out of time. Drydock or Slack says so to the person, who tries again; a test that does not would wait for ever.
 */
export function createPersistence(ports: {
  readonly workspace: Pick<Workspace, "messages" | "views">;
  readonly eventsOf: (person: string) => readonly RecordedEvent[];
  readonly now: () => number;
}): Persistence {
  const { workspace, eventsOf, now } = ports;
  const last = new Map<string, Deed>();

  const noticesOf = (person: string) =>
    workspace.messages.filter(({ only, user }) => only === person && user === SLACKBOT).length;
  const since = (person: string) => eventsOf(person).slice(last.get(person)?.events ?? 0);
  const isTryAgain = (key: unknown) => TRY_AGAIN.has(key);

  function act(person: string, deed: () => void): void {
    last.set(person, { act: deed, events: eventsOf(person).length, notices: noticesOf(person), at: now() });
    deed();
  }

  function hasFailed(person: string, { notices }: Deed): boolean {
    const answers = since(person);
    if (answers.some(({ data }) => isTryAgain(data.key))) return true;
    if ([...workspace.views.values()].some((view) => view.person === person && view.notice === TROUBLE)) return true;
    return answers.length === 0 && noticesOf(person) > notices;
  }

  return {
    act,
    since,
    done: (person) => void last.delete(person),
    isTryAgain,
    again(waits) {
      for (const [person, deed] of [...last]) {
        const isLost = person === waits && now() - deed.at > PATIENCE;
        if (isLost || hasFailed(person, deed)) act(person, deed.act);
      }
    },
  };
}
