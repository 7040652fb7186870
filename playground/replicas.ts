import { programStarter, type RunningBot, type StartBot } from "./start-program.ts";

/** One of several Drydocks on one database, in a process of its own. */
export interface Replica {
  readonly name: string;
  readonly pid: number | undefined;
  /** What it works at: `slack` once people are heard, and `server:<name>`. Nothing if it does not run. */
  readonly duties: ReadonlySet<string>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGTERM. The exit code; null if it did not run. */
  stop(): Promise<number | null>;
}

export interface Replicas {
  readonly all: readonly Replica[];
  /** Starts all of them. As they are a simulation's, they are killed at its end. */
  readonly start: StartBot;
  /** The one that works at a duty. */
  holder(duty: string): Replica | undefined;
}

export function createReplicas(count: number): Replicas {
  const startOne = programStarter(["node", "dist/src/main.js"]);
  const all = Array.from({ length: count }, (_, i) => createReplica(`replica ${i + 1}`, startOne));
  return {
    all,
    async start(...given) {
      await Promise.all(all.map((replica) => replica.start(...given)));
      return {
        pid: undefined,
        async end() {
          await Promise.all(all.map((replica) => replica.kill()));
          return null;
        },
      };
    },
    holder: (duty) => all.find(({ duties }) => duties.has(duty)),
  };
}

/** @param startOne starts its process. */
export function createReplica(
  name: string,
  startOne: StartBot,
): Replica & { start(...given: Parameters<StartBot>): Promise<void> } {
  const duties = new Set<string>();
  let bot: RunningBot | undefined;
  let unread = "";

  function read({ msg, duty = "" }: { readonly msg?: string; readonly duty?: string }): void {
    if (msg === "this replica's work at a duty ends") duties.delete(duty);
    else if (msg === "this replica works at a duty" && duty !== "slack") duties.add(duty);
    // People are heard a moment after the duty is taken.
    else if (msg === "Drydock is ready") duties.add("slack");
  }

  return {
    name,
    duties,
    get pid() {
      return bot?.pid;
    },
    async start(config: string, env: Readonly<Record<string, string>>, log: (text: string) => void) {
      bot = await startOne(config, env, (text) => {
        log(text);
        const lines = (unread + text).split("\n");
        unread = lines.pop() ?? "";
        for (const line of lines) if (line.startsWith("{")) read(JSON.parse(line));
      });
    },
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
  };

  async function end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const ending = bot;
    bot = undefined;
    const code = (await ending?.end(signal)) ?? null;
    duties.clear();
    return code;
  }
}
