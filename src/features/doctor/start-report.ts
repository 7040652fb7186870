import { timestamp } from "../../core/moment.ts";
import type { Clock, Log, ServerName } from "../../core/ports.ts";
import { lineText, type View } from "../../core/view.ts";
import type { Servers } from "../../servers/managed-server.ts";
import type { Doctor } from "./doctor.ts";
import { doctorView } from "./doctor-view.ts";
import { aboutText, isFault } from "./finding.ts";

/** What is said in the operations channel. */
export interface StartNotice {
  readonly key: string;
  readonly view: View;
  /** There is nothing to report: only a message that is there already is drawn again. */
  readonly isSound: boolean;
}

/** Examines everything once after a start, for the log and the operations channel. Nothing waits for it. */
export interface StartReport {
  /** Never throws. */
  run(): Promise<void>;
  /** What is still being examined is not reported: a stop cuts it off. */
  stop(): void;
  /** What is recorded with this server's messages; undefined for all servers but the first, and before run() has ended. */
  noticeOf(server: ServerName): StartNotice | undefined;
}

export function createStartReport(ports: {
  readonly doctor: Doctor;
  readonly servers: Servers;
  readonly clock: Clock;
  readonly log: Log;
}): StartReport {
  const { doctor, servers, clock, log } = ports;
  const [first] = servers.keys();
  let notice: StartNotice | undefined;
  let stopped = false;

  return {
    async run() {
      try {
        const found = await doctor.examine();
        if (stopped) return;
        const faults = found.filter(isFault);
        for (const { level, code, about, sentence, remedy } of faults)
          log.warn(
            { kind: level, code, about: aboutText(about), sentence: lineText(sentence), remedy: lineText(remedy) },
            "doctor found a mistake",
          );
        // One message a day, however often Drydock is restarted.
        const key = `doctor-${timestamp(clock.now()).slice(0, 10)}`;
        notice = { key, view: doctorView(found, null), isSound: faults.length === 0 };
      } catch (error) {
        if (!stopped) log.error({ error }, "doctor could not examine everything after the start");
      }
    },
    stop() {
      stopped = true;
    },
    noticeOf: (server) => (server === first ? notice : undefined),
  };
}
