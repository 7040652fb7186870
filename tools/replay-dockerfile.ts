import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { instructionsOf, letThrough } from "./dockerfile.ts";

/*
 * Plays the Dockerfile in empty folders, one for each stage, without Docker: its COPY and RUN lines, then its ENTRYPOINT with --version.
 * The last stage's RUN is left out, because it needs root and the image's own user.
 */

const root = mkdtempSync(join(tmpdir(), "dockerfile-"));
const context = join(root, "context");
const stages = new Map<string, string>();

try {
  mkdirSync(context);
  for (const name of letThrough(readFileSync(".dockerignore", "utf8")))
    cpSync(name, join(context, name), { recursive: true });
  play();
} finally {
  rmSync(root, { recursive: true, force: true });
}

function play(): void {
  const instructions = instructionsOf(readFileSync("Dockerfile", "utf8"));
  const last = instructions.findLastIndex(({ keyword }) => keyword === "FROM");
  let stage = root;
  let folder = root;
  for (const [i, { keyword, words, text, from }] of instructions.entries()) {
    if (keyword === "FROM") {
      stage = join(root, `stage-${i}`);
      stages.set(words.at(-1) ?? "", stage);
    } else if (keyword === "WORKDIR") {
      folder = join(stage, words[0] ?? "");
      mkdirSync(folder, { recursive: true });
    } else if (keyword === "COPY") copy(from, words, folder);
    else if (keyword === "RUN" && i < last) run("bash", ["-euc", text], folder);
    else if (keyword === "ENTRYPOINT") {
      const [program = "", ...args] = JSON.parse(text) as string[];
      run(program, [...args.map((arg) => (arg.startsWith("/") ? join(stage, arg) : arg)), "--version"], folder);
    }
  }
}

/** As Docker does it: a folder's content goes into the target, a file under its name. */
function copy(from: string | undefined, words: readonly string[], folder: string): void {
  const base = from === undefined ? context : (stages.get(from) ?? root);
  for (const source of words.slice(0, -1)) {
    const isFolder = statSync(join(base, source)).isDirectory();
    const target = join(folder, words.at(-1) ?? "", isFolder ? "" : basename(source));
    cpSync(join(base, source), target, { recursive: true, verbatimSymlinks: true });
  }
}

function run(program: string, args: readonly string[], cwd: string): void {
  process.stdout.write(`$ ${[program, ...args].join(" ")}\n`);
  execFileSync(program, args, { cwd, stdio: "inherit" });
}
