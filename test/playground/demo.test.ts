import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../playground/trial.ts";

/** Real ms: the demo takes about 20 s on an idle machine, and as long as it needs on others. */
const LIMIT = 280_000;

interface Program {
  readonly child: ChildProcess;
  /** Everything that it printed so far. */
  readonly output: () => string;
  /** The exit code; null if a signal ended it. */
  readonly ended: Promise<number | null>;
}

const groups: number[] = [];

/** Whether any process is left of what npm started. */
function isLeft(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs one of package.json's scripts as a person does. */
function npm(script: string, ...args: readonly string[]): Program {
  return start("npm", ["run", script, "--", ...args]);
}

/** Starts a program in a process group of its own. */
function start(program: string, args: readonly string[]): Program {
  const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  groups.push(child.pid ?? 0);
  return { child, output: () => output, ended: once(child, "close").then(([code]) => code as number | null) };
}

afterEach(() => {
  for (const group of groups.splice(0)) if (isLeft(group)) process.kill(-group, "SIGKILL");
});

/** Where each of these is in the text, one behind the other; -1 where one is missing. */
function places(text: string, parts: readonly (string | RegExp)[]): readonly number[] {
  let from = 0;
  return parts.map((part) => {
    const at = text.slice(from).search(part);
    if (at < 0) return -1;
    from += at + 1;
    return from;
  });
}

describe("npm run demo", () => {
  test("with --exit it tells its story in order and ends with 0", { timeout: LIMIT }, async () => {
    const { output, ended } = npm("demo", "--exit");
    const code = await ended;
    const said = output();
    expect(code, said).toBe(0);
    const story = [
      /== 1/,
      /@alice presses Start/,
      /# .*prod-1: (?:all|\d)/,
      /== 2/,
      /@dave presses Start/,
      /prod-2 paused itself/,
      /@dave mends/,
      /@dave presses Resume/,
      /@dave presses Retry/,
      /# .*prod-2: (?:all|\d)/,
      /== 3/,
      /@dave presses Request/,
      /@bob presses Approve/,
      /# .*prod-3: (?:all|\d)/,
      /== 4/,
      /@carol types/,
      /== 5/,
      /Everything was as it should be/,
    ];
    expect(places(said, story).filter((place) => place < 0)).toEqual([]);
    expect(said.match(/# .*prod-1: upgrading/g), "a card is printed whole once for each heading").toHaveLength(1);
    expect(said.match(/Took \d+ min/g), "durations are in simulated time").toHaveLength(3);
  });

  test("a port in use, a wrong option and --help are answered in a sentence", { timeout: LIMIT }, async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const asked: readonly (readonly [readonly string[], number, string])[] = [
      [["--port", String(port)], 1, `Port ${port} is in use by another program.`],
      [["--exti"], 2, 'There is no option "--exti". Known: --port, --exit.'],
      [["--help"], 0, "npm run demo -- [--port N] [--exit]"],
    ];
    for (const [args, code, sentence] of asked) {
      const { output, ended } = start("node", ["--import", "tsx", "playground/demo.ts", ...args]);
      expect([await ended, output().includes(sentence), output()]).toEqual([
        code,
        true,
        expect.not.stringContaining("    at "),
      ]);
    }
    taken.close();
  });

  test("the page says what is played, and SIGTERM to npm leaves no process", { timeout: LIMIT }, async () => {
    const { child, output, ended } = npm("demo");
    const page = await until("the page's address", () => /The page: (\S+)/.exec(output())?.[1], LIMIT);
    const events = await fetch(`${page}/events`);
    let sent = "";
    for await (const chunk of events.body ?? []) {
      sent += Buffer.from(chunk).toString("utf8");
      if (/"playing":"1\. A rollout without trouble"|"playing":"@alice/.test(sent)) break;
    }
    child.kill("SIGTERM");
    expect(await ended, output()).toBe(0);
    await until("every process has ended", () => !isLeft(child.pid ?? 0), LIMIT);
  });
});

describe("the stand-ins by themselves", () => {
  test.each([
    ["standin:deploy", "/cli/agentCLI", "url", "--agents", "3"],
    ["standin:slack", "/_standin/messages", "apiUrl"],
  ])(
    "%s prints one line of JSON and stays up until SIGTERM to npm",
    { timeout: LIMIT },
    async (script, path, key, ...flags) => {
      const { child, output, ended } = npm(script, "--port", "0", ...flags);
      const line = await until("its line of JSON", () => /^\{.*"simulated":true.*\}$/m.exec(output())?.[0], LIMIT);
      const said = JSON.parse(line) as Record<string, string>;
      expect(said).toHaveProperty(key);
      const { user, password } = said;
      const response = await fetch(`${said.url}${path}`, {
        headers: user ? { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` } : {},
      });
      expect(response.status).toBe(200);
      await response.text();
      child.kill("SIGTERM");
      expect(await ended, output()).toBe(0);
      await until("every process has ended", () => !isLeft(child.pid ?? 0), LIMIT);
    },
  );
});
