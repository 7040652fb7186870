import { type LocalSettings, localSettings } from "../config/load.ts";
import { count, duration } from "../core/format.ts";
import { moment, momentText } from "../core/moment.ts";
import type { CliPorts, Look } from "./cli-ports.ts";
import { configFile } from "./config-option.ts";
import type { StyledLine } from "./styled-text.ts";

/** What every command says that only looks at what is kept on this machine. */
export const LOCAL_NOTES = [
  "It reads the ledger beside the bot, asks no server and no Slack, and changes nothing.",
  "It needs the ledger's key, DATABASE_URL if the ledger is in PostgreSQL, and no other secret.",
] as const;

/** What is kept on this machine, for a command that shows it. */
export interface LocalLook extends Look, LocalSettings {
  readonly now: number;
}

/** Reads it, has it shown, and closes it. */
export async function withLocalLook<T>(
  values: { readonly config: string | undefined },
  ports: CliPorts,
  show: (look: LocalLook) => Promise<T>,
): Promise<T> {
  const settings = localSettings({ file: configFile(values, ports.env), env: ports.env });
  const look = await ports.look(settings.ledger);
  try {
    return await show({ ...settings, ...look, now: ports.clock.now() });
  } finally {
    await look.close();
  }
}

/** Whether the bot runs, and how old what follows is. */
export function sourceLines({ holder, replicas, projections, now }: LocalLook): readonly StyledLine[] {
  const newest =
    projections.position === 0
      ? "The ledger is empty."
      : `The ledger's newest event is ${duration(now - projections.lastAt)} old.`;
  if (holder === null) {
    const text = "Drydock is not running: nothing starts, and what follows may be out of date.";
    return [[{ text, style: "bad" }], [newest]];
  }
  if (replicas)
    return [
      [`Drydock is running in ${count(replicas.length, "replica")}. ${newest}`],
      ...replicas.map(({ pid, host, duties }) => [`Process ${pid} on ${host} ${workOf(duties)}.`]),
    ];
  const who = holder && `: process ${holder.pid} on ${holder.host}, since ${momentText(moment(holder.since))}`;
  return [[`Drydock is running${who ?? ""}. ${newest}`]];
}

function workOf(duties: readonly string[]): string {
  const servers = duties.filter((duty) => duty !== "slack").map((duty) => duty.slice("server:".length));
  const works = [
    ...(duties.includes("slack") ? ["talks to Slack"] : []),
    ...(servers.length > 0 ? [`watches ${servers.join(", ")}`] : []),
  ];
  return works.length > 0 ? works.join(" and ") : "is a standby";
}

export function sourceJson({ holder, replicas, projections, now, ledger }: LocalLook): object {
  const { position, lastAt } = projections;
  return {
    running: holder !== null,
    process: holder ? { ...holder, since: isoTime(holder.since) } : null,
    ...(replicas ? { replicas } : {}),
    ledger: {
      file: ledger.database ? null : ledger.file,
      events: position,
      newestAt: position === 0 ? null : isoTime(lastAt),
      ageMs: position === 0 ? null : now - lastAt,
    },
  };
}

/** As programs read a time. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
