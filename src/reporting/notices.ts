import { createBackoff } from "../core/backoff.ts";
import { createOnce } from "../core/once.ts";
import { type Clock, type Log, type Posted, type ServerName, SlackError, type Thread } from "../core/ports.ts";
import { type Line, lineText, say, type View } from "../core/view.ts";
import type { Notice } from "../features/contribution.ts";
import { noticesOf } from "../features/contributions.ts";
import type { StartNotice } from "../features/doctor/start-report.ts";
import type { StoredEvent } from "../model/events.ts";
import type { MessageEvent } from "../model/message-events.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Places } from "../people/channels.ts";
import { tokenFailed } from "../people/token-ends.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { isOutOfReach } from "./with-plain-fallback.ts";

/** Says in the operations channel what concerns a server as a whole: each of it once, also over a crash, and drawn again when it changes. */
export interface Notices {
  /** Calls while one is running do nothing: the next one says what is left. */
  run(server: ManagedServer): Promise<void>;
}

export function createNotices(ports: {
  readonly projections: Projections;
  readonly thread: Thread;
  readonly clock: Clock;
  readonly log: Log;
  readonly ending: AbortSignal;
  readonly places: Pick<Places, "refusalNow">;
  /** The operations channel; without one nothing is said. */
  readonly channel: string | undefined;
  readonly startNotice: (server: ServerName) => StartNotice | undefined;
}): Notices {
  const { projections, thread, log, ending, channel, places } = ports;
  const backoff = createBackoff(ports);
  const said = createOnce(ports);
  const busy = new Set<string>();
  /** What each message shows now that is still drawn, by server and then by the message's key. */
  const shownOn = new Map<ServerName, Map<string, string>>();

  async function sayAll(server: ManagedServer, channel: string): Promise<void> {
    const notices = noticesNow(server);
    const shown = shownOn.get(server.name) ?? new Map<string, string>();
    shownOn.set(server.name, shown);
    for (const old of shown.keys()) if (!notices.some(({ key }) => key === old)) shown.delete(old);
    for (const { key, view, isSound } of notices) {
      const known = projections.claims(server.name).posts.get(key);
      if (isSound && !known) continue;
      const mark = `server.${server.name}/${key}`;
      const drawn = JSON.stringify(view);
      if (shown.get(key) === drawn) continue;
      if (known?.ts !== undefined) {
        await redraw({ channel: known.channel, ts: known.ts }, mark, view);
        shown.set(key, drawn);
        continue;
      }
      const refusal = await places.refusalNow(channel, true);
      if (refusal !== undefined) throw new Error(`Nothing is shown in ${channel}: ${refusal}.`);
      const found = known && (await thread.find({ channel: known.channel, key: mark, since: known.announcedAt }));
      if (!known)
        await write(server, { type: "message.posting", data: { key, channel, text: lineText(view.summary) } });
      const posted = found ?? (await thread.post({ channel, key: mark, view }));
      await write(server, { type: "message.posted", data: { key, channel: posted.channel, ts: posted.ts } });
      if (!found) shown.set(key, drawn);
    }
  }

  function noticesNow(server: ManagedServer): readonly Notice[] {
    const found = ports.startNotice(server.name);
    const [state, claims] = [projections.server(server.name), projections.claims(server.name)];
    return [...(found ? [found] : []), ...noticesOf({ server, state, claims })];
  }

  /** One that somebody deleted, or whose channel was closed, stays as it is. */
  async function redraw(posted: Posted, key: string, view: View): Promise<void> {
    await thread.edit({ ...posted, key, draw: () => view }).catch((error: unknown) => {
      if (!isOutOfReach(error)) throw error;
    });
  }

  function write({ name }: ManagedServer, event: MessageEvent): Promise<void> {
    return projections.change(() => [{ stream: `server.${name}`, actor: "drydock", events: [event] }]);
  }

  return {
    async run(server) {
      if (channel === undefined || busy.has(server.name) || !backoff.allows(server.name)) return;
      busy.add(server.name);
      try {
        await sayAll(server, channel);
        backoff.worked(server.name);
        said.forget(server.name);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        backoff.failed(server.name);
        if (!ending.aborted && said.isNew(server.name))
          log.warn({ server: server.name, reason }, "Drydock could not inform the operations channel. It tries again");
      } finally {
        busy.delete(server.name);
      }
    },
  };
}

/** Tells people privately that their own token failed while a rollout ran on it. Its thread mentions them too. */
export interface TokenNotices {
  /** Events were written. Never throws. */
  follow(events: readonly StoredEvent[]): void;
}

export function createTokenNotices(ports: {
  readonly projections: Projections;
  readonly thread: Pick<Thread, "whisper">;
  readonly log: Log;
  readonly word: string;
}): TokenNotices {
  const { projections, thread, log, word } = ports;

  async function tell(person: string, rollout: Rollout, why: Line): Promise<void> {
    const line = [...why, ` ${rollout.id} is paused.`];
    const channel = rollout.posts.get("card")?.channel ?? rollout.channel;
    try {
      await thread.whisper({ channel, person, view: say("token-failed", line) });
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      log.info(
        { rollout: rollout.id, reason: error.code },
        "a private message about a person's token could not be sent",
      );
      return;
    }
    const event = { type: "person.told", data: { key: "token-failed", text: lineText(line) } } as const;
    await projections.change(() => [{ stream: `person.${person}`, actor: "drydock", events: [event] }]);
  }

  /** The first rollout that was paused with the token, in the same transaction. */
  function pausedWith({ position }: StoredEvent, events: readonly StoredEvent[]): Rollout | undefined {
    const next = events.find((event) => event.position === position + 1 && event.type === "rollout.paused");
    return next && projections.rollouts.get(next.stream.slice("rollout.".length));
  }

  return {
    follow(events) {
      for (const event of events) {
        if (event.type !== "token.failed") continue;
        const rollout = pausedWith(event, events);
        const person = event.stream.slice("person.".length);
        const why = tokenFailed(event.data, event.data.why, word).line;
        if (rollout)
          void tell(person, rollout, why).catch((error: unknown) =>
            log.error({ error }, "a message about a person's token could not be sent"),
          );
      }
    },
  };
}
