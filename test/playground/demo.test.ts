import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../playground/trial.ts";

/** Real ms: the demo takes about 10 s on an idle machine, and as long as it needs on others. */
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
  test("tells its story in order on a page that stays up, and SIGTERM to npm leaves no process", {
    timeout: LIMIT,
  }, async () => {
    const { child, output, ended } = npm("demo");
    const page = await until("the page's address", () => /The page: (\S+)/.exec(output())?.[1], LIMIT);
    const events = await fetch(`${page}/events`);
    let sent = "";
    for await (const chunk of events.body ?? []) {
      sent += Buffer.from(chunk).toString("utf8");
      if (/"playing":"1\. A rollout without trouble"|"playing":"@alice/.test(sent)) break;
    }
    await until("the end of the story", () => /From now on|Not as it should be/.test(output()), LIMIT);
    const said = output();
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
    expect(said.match(/Took \d+ min/g), "the longer two take minutes of simulated time").toHaveLength(2);
    expect((await fetch(page)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await ended, output()).toBe(0);
    await until("every process has ended", () => !isLeft(child.pid ?? 0), LIMIT);
  });

  test.each([
    [true, 0],
    [false, 1],
  ])("with --exit it ends by itself once the story is over: if all was right (%s), with %i", async (isRight, code) => {
    const program = `import { runDemo } from "./playground/run-demo.ts"; runDemo("", async () => ${isRight});`;
    const { output, ended } = start("node", ["--import", "tsx", "--eval", program, "demo", "--exit"]);
    expect(await ended, output()).toBe(code);
  });
});

test("a port in use, a wrong option or value, and --help are answered in a sentence", { timeout: LIMIT }, async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  const asked: readonly (readonly [string, readonly string[], number, string])[] = [
    ["demo.ts", ["--port", String(port)], 1, `Port ${port} is in use by another program.`],
    ["deploy/main.ts", ["--port", "x"], 2, '--port needs a whole number from 0 to 65535, not "x"'],
    ["slack/main.ts", ["--prot", "1"], 2, 'There is no option "--prot". Known: --port, --host, --command.'],
    ["slack/main.ts", ["--help"], 0, "Options: --port, --host, --command (the slash command), --help."],
  ];
  for (const [program, args, code, sentence] of asked) {
    const { output, ended } = start("node", ["--import", "tsx", `playground/${program}`, ...args]);
    expect([await ended, output().includes(sentence), output()]).toEqual([
      code,
      true,
      expect.not.stringContaining("    at "),
    ]);
  }
  taken.close();
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
      const documented = readFileSync("docs/stand-ins.md", "utf8");
      for (const token of [said.token, said.botToken, said.appToken])
        if (token !== undefined) expect(documented).toContain(`_TOKEN=${token}`);
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
