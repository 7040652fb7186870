/** One thing that is wrong with the configuration. */
export interface Problem {
  /** `drydock.yml:12, servers.prod.slots` or `environment, SLACK_BOT_TOKEN`. */
  readonly where: string;
  /** What is wrong, what was expected, an example. */
  readonly what: string;
}

/** All that is wrong, at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const list = problems.map(({ where, what }) => `- ${where}: ${what.replaceAll("\n", "\n  ")}`);
    super(
      [`The configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:`, ...list].join(
        "\n",
      ),
    );
    this.problems = problems;
  }
}
