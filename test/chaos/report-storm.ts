import type { DutyWatch } from "./duty-watch.ts";
import type { LogLine, Replica } from "./replica.ts";
import type { TakeOverTimes } from "./take-over-times.ts";
import type { Typist } from "./typist.ts";

/** Prints the times, which do not count, and what the replicas logged. */
export function reportStorm({
  times,
  watch,
  typist,
  replicas,
  say,
}: {
  readonly times: TakeOverTimes;
  readonly watch: Pick<DutyWatch, "connections">;
  readonly typist: Typist;
  readonly replicas: readonly Replica[];
  readonly say: (line: string) => void;
}): void {
  say("after a fault: median / worst until a replica had the duty, and until it was at work");
  for (const line of times.table()) say(`  ${line}`);
  for (const line of typist.table()) say(`  ${line}`);
  for (const { name, ownEnds, lines } of replicas) {
    const errors = lines.filter(({ level }) => level >= 50);
    say(
      `  ${name}: at most ${watch.connections.get(name) ?? 0} connections, ${errors.length} errors in its log, ended by itself ${ownEnds.length} times`,
    );
    for (const end of ownEnds) say(`    ${end}`);
    const counts = new Map<string, number>();
    for (const line of errors) counts.set(wordsOf(line), (counts.get(wordsOf(line)) ?? 0) + 1);
    for (const [words, count] of counts) say(`    ${count} x ${words}`);
  }
}

function wordsOf({ msg, error }: LogLine): string {
  const { message, cause } = (error ?? {}) as {
    readonly message?: string;
    readonly cause?: { readonly message?: string };
  };
  return [msg, message, cause?.message].filter((words) => words !== undefined).join(": ");
}
