import fc from "fast-check";
import { expect, test } from "vitest";
import { readNumber, readOptions, readPort, UsageError } from "../../playground/options.ts";

const KNOWN = {
  port: { type: "string", default: "0" },
  exit: { type: "boolean", default: false },
} as const;

test.each<[readonly string[], object]>([
  [[], { port: "0", exit: false }],
  [["--exit"], { port: "0", exit: true }],
  [["--port", "4646"], { port: "4646", exit: false }],
  [["--exit", "--port=4646"], { port: "4646", exit: true }],
])("%j is read", (argv, values) => {
  expect(readOptions(argv, KNOWN)).toEqual(values);
});

test.each<[readonly string[], string]>([
  [["--exti"], 'There is no option "--exti". Known: --port, --exit.'],
  [["-p", "80"], 'There is no option "-p". Known: --port, --exit.'],
  [["now"], 'There is no option "now". Known: --port, --exit.'],
  [["--toString"], 'There is no option "--toString". Known: --port, --exit.'],
  [["--port"], "--port needs a value. Example: --port 0"],
  [["--exit=yes"], "--exit takes no value. Example: --exit"],
])("%j is answered in a sentence", (argv, sentence) => {
  expect(() => readOptions(argv, KNOWN)).toThrow(new UsageError(sentence));
});

test("whatever is typed is read or answered in a sentence", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("--port", "--exit", "--", "--no-exit"))), (argv) => {
      try {
        const values = readOptions(argv, KNOWN);
        expect([typeof values.port, typeof values.exit]).toEqual(["string", "boolean"]);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});

test.each(["", " ", "many", "-1", "65536", "80.5", "NaN"])("%j is no port", (value) => {
  expect(() => readPort(value)).toThrow(
    `--port needs a whole number from 0 to 65535, not "${value}". Example: --port 1`,
  );
});

test("a number within its limits is read", () => {
  expect([readPort("4646"), readNumber("scale", "0.5", { least: 0.01, most: 10 })]).toEqual([4646, 0.5]);
});
