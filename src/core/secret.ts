/** How Node finds what an object wants to be shown as. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** A secret that shows itself only where it is asked to: not in JSON, not in logs, not in errors. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [INSPECT](): string {
    return "[secret]";
  }
}
