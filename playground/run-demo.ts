import open from "open";
import { readOptions, readPort } from "./options.ts";
import { type Page, startPage } from "./page/start-page.ts";
import { ABOUT } from "./play.ts";
import { endOnSignals, runProgram } from "./run-program.ts";
import { createTranscript } from "./transcript.ts";
import type { Trial } from "./trial.ts";

/** What a demo gets to show its story with. */
export interface Show {
  /** Whether the page stays up when the story is over. */
  readonly stays: boolean;
  /** What was started is ended by this, the last first. */
  atEnd(end: () => Promise<void>): void;
  /** Shows a trial on a page, and its conversation in the terminal. */
  open(trial: Trial, pace: () => string): Promise<Page>;
  /** Prints what happens, and shows it on the page. */
  narrate(line: string): void;
  /** Says what was not as it should be. Whether everything was. */
  judge(wrong: readonly string[]): boolean;
}

/** Runs a program that plays a story: `--port` and `--exit` are its options. `tell` says whether everything was as it should be. */
export function runDemo(usage: string, tell: (show: Show) => Promise<boolean>): void {
  runProgram(usage, async (argv) => {
    const { port, exit } = readOptions(argv, {
      port: { type: "string", default: "0" },
      exit: { type: "boolean", default: false },
    });
    const ends: (() => Promise<void>)[] = [];
    const stop = async () => {
      for (const end of ends.splice(0).reverse()) await end();
    };
    endOnSignals(stop);
    try {
      const isRight = await tell(createShow(readPort(port), !exit, (end) => ends.push(end)));
      if (!exit) return;
      await stop();
      process.exit(isRight ? 0 : 1);
    } catch (error) {
      await stop();
      throw error;
    }
  });
}

function createShow(port: number, stays: boolean, atEnd: Show["atEnd"]): Show {
  let playing = "Drydock starts.";
  return {
    stays,
    atEnd,
    async open(trial, pace) {
      const page = await startPage({ ...trial, about: ABOUT, pace, playing: () => playing, port });
      atEnd(() => page.stop());
      console.log(`The page: ${page.url}`);
      if (stays) await openBrowser(page.url);
      const transcribe = createTranscript(trial.slack.workspace);
      trial.slack.workspace.on((happening) => {
        const lines = transcribe(happening);
        if (lines !== undefined) console.log(lines);
      });
      return page;
    },
    narrate(line) {
      playing = line.replace(/^=+ /, "");
      console.log(`\n${line}`);
    },
    judge(wrong) {
      playing = "";
      if (wrong.length > 0) console.error(`\nNot as it should be:\n- ${wrong.join("\n- ")}`);
      else console.log("\nEverything was as it should be.");
      return wrong.length === 0;
    },
  };
}

/** Opens the page if a person sits before the machine; its address has been printed anyway. */
async function openBrowser(url: string): Promise<void> {
  if (!process.stdout.isTTY) return;
  const browser = await open(url);
  browser.on("error", () => {});
}
