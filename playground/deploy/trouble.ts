/** What can be wrong with the whole server for a while. `silent` takes requests and never answers them. */
export const TROUBLES = ["none", "unreachable", "failing", "slow", "silent"] as const;

export interface Trouble {
  readonly kind: (typeof TROUBLES)[number];
  /** Seconds of the server's clock. */
  readonly seconds?: number;
}

/** The server's trouble of the moment; the newest order holds. */
export class Troubles {
  #kind: Trouble["kind"] = "none";
  #until = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  order({ kind, seconds = 0 }: Trouble): void {
    if (!TROUBLES.includes(kind)) throw new Error(`There is no trouble "${kind}". Known: ${TROUBLES.join(", ")}.`);
    if (!(seconds >= 0))
      throw new Error(`seconds wants a number from 0 on, not "${seconds}". Example: {"seconds": 10}`);
    this.#kind = kind;
    this.#until = this.#now() + seconds * 1000;
  }

  now(): { readonly kind: Trouble["kind"]; readonly secondsLeft: number } {
    const secondsLeft = (this.#until - this.#now()) / 1000;
    return secondsLeft > 0 && this.#kind !== "none"
      ? { kind: this.#kind, secondsLeft }
      : { kind: "none", secondsLeft: 0 };
  }
}
