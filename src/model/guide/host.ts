import { jarFolder } from "../upgrade/diagnosis.ts";

/** What a command sets or shows: the agent's folders, its account's access to them, disks, Java, clock. */
export type HostLook =
  | "home"
  | "home-in-powershell"
  | "working-directory"
  | "jar-access"
  | "jar-read-write"
  | "jar-owners"
  | "directory-access"
  | "disk-room"
  | "java"
  | "clock";

/** Something to run on an agent's host, because nobody can see it from outside. */
export interface HostCommand {
  readonly what: HostLook;
  /** One line to paste; nothing in it comes from outside but what is quoted. */
  readonly command: string;
}

export interface HostCommands {
  readonly platform: "POSIX" | "Windows";
  readonly commands: readonly HostCommand[];
  /** Whether the agent's home is known; otherwise it has to be filled in. */
  readonly known: boolean;
}

export interface HostAgent {
  readonly version: string | undefined;
  readonly workingDirectory: string | undefined;
  /** What its property `sys.os.name` says; undefined where that cannot be read. */
  readonly os: string | undefined;
}

const FILL_IN = { home: "FILL-IN-AGENT_HOME", work: "FILL-IN-WORKING-DIRECTORY" };

/** For the agent's version and platform: one set of commands, or both where the platform is not told. */
export function hostCommands(agent: HostAgent): readonly HostCommands[] {
  const { os } = agent;
  if (os === undefined) return [posix(agent), windows(agent)];
  return [/windows/i.test(os) ? windows(agent) : posix(agent)];
}

function posix(agent: HostAgent): HostCommands {
  const { home, work } = pathsOf(agent, "/");
  const folders = ["bin", "var/upgrade"].filter((folder) => folder === (jarFolder(agent.version ?? null) ?? folder));
  const jars = folders.map((folder) => `"$AGENT_HOME/${folder}/air-agentupgrade.jar"`).join(" ");
  const places = folders.map((folder) => `"$AGENT_HOME/${folder}"`).join(" ");
  return {
    platform: "POSIX",
    known: home !== undefined,
    commands: [
      {
        what: "home",
        command: `AGENT_HOME=${quotePosix(home ?? FILL_IN.home)}`,
      },
      { what: "working-directory", command: `WORK=${quotePosix(work ?? FILL_IN.work)}` },
      {
        what: "jar-access",
        command: `for f in ${jars}; do ls -l "$f"; for r in r w x; do test -$r "$f" && echo "$r: yes" || echo "$r: NO"; done; done`,
      },
      {
        what: "directory-access",
        command: `for d in "$AGENT_HOME" ${places} "$AGENT_HOME/var/log" "$WORK"; do test -r "$d" && test -w "$d" && test -x "$d" && echo "yes: $d" || echo "NO: $d"; done`,
      },
      { what: "disk-room", command: 'df -k "$AGENT_HOME" "$WORK"' },
      { what: "java", command: `"\${JAVA_HOME:-JAVA_HOME is not set}/bin/java" -version` },
      { what: "clock", command: "date -u" },
    ],
  };
}

function windows(agent: HostAgent): HostCommands {
  const { home, work } = pathsOf(agent, "\\");
  const folders = ["bin", "var\\upgrade"].filter((folder) => {
    const own = jarFolder(agent.version ?? null)?.replace("/", "\\");
    return folder === (own ?? folder);
  });
  const jars = folders.map((folder) => `"$AgentHome\\${folder}\\air-agentupgrade.jar"`).join(", ");
  const places = folders.map((folder) => `"$AgentHome\\${folder}"`).join(", ");
  return {
    platform: "Windows",
    known: home !== undefined,
    commands: [
      {
        what: "home-in-powershell",
        command: `$AgentHome = ${quotePowerShell(home ?? FILL_IN.home)}`,
      },
      { what: "working-directory", command: `$Work = ${quotePowerShell(work ?? FILL_IN.work)}` },
      { what: "jar-owners", command: `${jars} | ForEach-Object { icacls $_ }` },
      {
        what: "jar-read-write",
        command: `${jars} | ForEach-Object { try { [IO.File]::Open($_, 'Open', 'ReadWrite').Close(); "yes: $_" } catch { "NO: $_" } }`,
      },
      {
        what: "directory-access",
        command: `"$AgentHome", ${places}, "$AgentHome\\var\\log", $Work | ForEach-Object { try { $f = Join-Path $_ ([guid]::NewGuid()); [IO.File]::WriteAllText($f, ''); [IO.File]::Delete($f); "yes: $_" } catch { "NO: $_" } }`,
      },
      { what: "disk-room", command: "Get-PSDrive -PSProvider FileSystem" },
      { what: "java", command: '& "$env:JAVA_HOME\\bin\\java.exe" -version' },
      { what: "clock", command: "(Get-Date).ToUniversalTime()" },
    ],
  };
}

/** An agent is installed with `var/work` below its AGENT_HOME; where its working directory is another one, nobody can tell from outside. */
function pathsOf(
  { workingDirectory: work }: HostAgent,
  separator: "/" | "\\",
): { readonly home?: string | undefined; readonly work?: string } {
  if (work === undefined || !isPasteable(work)) return {};
  const isOurs = separator === "/" ? work.startsWith("/") : /^[A-Za-z]:[\\/]|^\\\\/.test(work);
  if (!isOurs) return {};
  return { home: /^(.+?)[\\/]var[\\/]work[\\/]?$/.exec(work)?.[1], work };
}

const MAX_PATH_LENGTH = 120;

/** What is shown has to be what is pasted: Slack's code has no backticks, no line breaks and nothing invisible in it, and is cut when it is long. */
export function isPasteable(text: string): boolean {
  return text !== "" && text.length <= MAX_PATH_LENGTH && !/[\p{C}\p{Zl}\p{Zp}`]/u.test(text);
}

/** Between single quotes a POSIX shell takes everything as it stands, but for the single quote. */
export function quotePosix(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same in PowerShell, which takes typographic quotes for single quotes too. */
export function quotePowerShell(text: string): string {
  return `'${text.replace(/['‘’‚‛]/g, "$&$&")}'`;
}
