import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTypedText } from "../../src/adapters/slack/typed-text.ts";
import { type ArgumentSpec, parseArguments } from "../../src/conversation/arguments.ts";
import { readWord, splitList, splitWords, typedText } from "../../src/core/typed-text.ts";
import { UserError } from "../../src/core/user-error.ts";
import { runs } from "../support/runs.ts";

const SPEC: ArgumentSpec = {
  positional: { hint: "NAME", required: false, many: true, list: true },
  flags: {
    exclude: { hint: "GLOB", kind: "list", summary: "" },
    reason: { hint: "TEXT", kind: "text", summary: "" },
    at: { hint: "TIME", kind: "time", summary: "" },
    limit: { hint: "N", kind: "number", summary: "" },
    hold: { hint: "", kind: "switch", summary: "" },
    server: { hint: "NAME", kind: "text", summary: "the server" },
  },
  example: "/agents upgrade web-*",
};

function understood(text: string) {
  const args = parseArguments(SPEC, splitWords(readTypedText(text).text));
  return { words: args.words, exclude: args.texts("exclude"), reason: args.text("reason"), at: args.text("at") };
}

const all = (given: Partial<ReturnType<typeof understood>>) => ({
  words: [],
  exclude: [],
  reason: undefined,
  at: undefined,
  ...given,
});

describe("what a person types", () => {
  test.each([
    ["web-1, web-2 ,web-3 , web-4,", { words: ["web-1", "web-2", "web-3", "web-4"] }],
    ["d --exclude a, b, c", { exclude: ["a", "b", "c"], words: ["d"] }],
    ["--exclude=a d", { exclude: ["a"], words: ["d"] }],
    ["--exclude=a,b --exclude c", { exclude: ["a", "b", "c"] }],
    ["--exclude a , b --hold", { exclude: ["a", "b"] }],
    ["--exclude a, --hold b", { exclude: ["a"], words: ["b"] }],
    ["`web-1`, `web-2`", { words: ["web-1", "web-2"] }],
    ["```web-1\nweb-2```", { words: ["web-1", "web-2"] }],
    ["`web-1", { words: ["web-1"] }],
    ["“web 1”, ‘web 2’", { words: ["web 1", "web 2"] }],
    ['"--odd" "a,b"', { words: ["--odd", "a,b"] }],
    ['--exclude "--odd","a,b",c', { exclude: ["--odd", "a,b", "c"] }],
    ['--reason "--later, or never"', { reason: "--later, or never" }],
    ["—reason “storage, moved”", { reason: "storage, moved" }],
    ["––exclude a —-exclude b ‐‐exclude c −−exclude d", { exclude: ["a", "b", "c", "d"] }],
    ["web\u2011\u200b1 \ufeffweb\u20102\u2060 web\u00a03", { words: ["web-1", "web-2", "web", "3"] }],
    ["<http://web-1.example.com|web-1.example.com>", { words: ["web-1.example.com"] }],
    ["*.<http://example.com|example.com>,<mailto:a@b.com|a@b.com>", { words: ["*.example.com", "a@b.com"] }],
    ["--reason <https://jira.example.com/OPS-1>", { reason: "https://jira.example.com/OPS-1" }],
    ["--at next sat 22:00 web-1", { at: "next sat 22:00", words: ["web-1"] }],
    ["--at in 2 hours web-1", { at: "in 2 hours", words: ["web-1"] }],
    ["--at +2h web-1", { at: "+2h", words: ["web-1"] }],
    ["--at + 2 hrs web-1", { at: "+ 2 hrs", words: ["web-1"] }],
    ["--at +120 minutes 5", { at: "+120 minutes", words: ["5"] }],
    ["--at=sat 22:00, web-1", { at: "sat", words: ["22:00", "web-1"] }],
    ['--at "sat 22:00" web-1', { at: "sat 22:00", words: ["web-1"] }],
    ["<@U0ALICE|alice> <7.1", { words: ["<@U0ALICE>", "<7.1"] }],
  ])("%j", (text, expected) => {
    expect(understood(text)).toEqual(all(expected));
  });

  test.each(["--exclude", "--exclude ,", "--exclude=", "--exclude --hold", '--exclude ""', "--reason"])(
    "%s needs a value",
    (text) => {
      expect(() => understood(text)).toThrow("requires a value");
    },
  );

  test.each([
    ["--reason", '--reason requires a value. Example: --reason "patch night"'],
    ["--server", "--server requires a value. Type --server NAME: the server."],
    ["--at", "--at requires a value. Example: --at 22:30"],
  ])("%s shows one with the flag itself", (text, said) => {
    expect(() => understood(text)).toThrow(said);
  });

  test.each([
    [
      "web-* --exclude db-1 db-2",
      "db-2 belongs to --exclude. If it does, type a comma: --exclude db-1, db-2. If it does",
    ],
    ["--exclude a, `b` `c,d` --hold", 'belongs to --exclude. If it does, type a comma: --exclude b, "c,d".'],
  ])("%s: a word that may belong to the list or not is an error", (text, said) => {
    expect(() => understood(text)).toThrow(said);
  });

  test("where a command takes no names, words after a list belong to it", () => {
    const { positional: _names, ...spec } = SPEC;
    const args = parseArguments(spec, splitWords("--exclude a b, c `d,e` --reason why --exclude f g"));
    expect([args.texts("exclude"), args.text("reason")]).toEqual([["a", "b", "c", "d,e", "f", "g"], "why"]);
    expect(() => parseArguments(spec, splitWords("--exclude=a b"))).toThrow("This takes no words");
  });

  test.each([
    ["--reason patch night now --hold", 'put all of that in quotes: --reason "patch night now".'],
    ["--reason=patch night now", 'put all of that in quotes: --reason "patch night now".'],
    ["--server prod web-1", "was given. If it is an agent, type --name web-1. Example"],
    ["--server prod prod", "was given. If it is an agent, type --name prod. Example"],
    [
      "--at in two hours",
      "If it belongs to --at, Drydock does not understand that time. It takes, for example, 2h, 22:30",
    ],
    ["-limit 5", "Did you mean --limit?"],
    ["limit=5", "Did you mean --limit?"],
    ["reason: patch", "Did you mean --reason?"],
    ["Limit 5", "Did you mean --limit?"],
    ["--hold web-1", "If it is an agent, type --name web-1. If it is the server, type --server web-1."],
  ])("%s: where a command takes no names, the answer says what may have been meant", (text, said) => {
    const named = { hint: "NAME", kind: "text", summary: "" } as const;
    const { positional: _names, ...spec } = { ...SPEC, flags: { ...SPEC.flags, name: named, server: named } };
    expect(() => parseArguments(spec, splitWords(text))).toThrow(said);
  });

  test("what was understood makes the same again, and so does what is shown of it", () => {
    const value = fc.stringMatching(/^[a-zA-Z0-9 ,*?.—–-]{0,12}[a-zA-Z0-9]$/).map((text) => text.trim());
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 4 }),
        fc.array(value, { maxLength: 4 }),
        value,
        (words, exclude, reason) => {
          const quoted = (text: string) => `"${text}"`;
          const text = [
            ...words.map(quoted),
            ...exclude.map((one) => `--exclude ${quoted(one)}`),
            `--reason ${quoted(reason)}`,
          ];
          const args = parseArguments(SPEC, splitWords(text.join(" ")));
          expect([args.words, args.texts("exclude"), args.text("reason")]).toEqual([words, exclude, reason]);
          for (const again of [
            args.said,
            splitWords(typedText(args.said)),
            JSON.parse(JSON.stringify(args.said)) as string[],
          ]) {
            const same = parseArguments(SPEC, again);
            expect([same.words, same.texts("exclude"), same.text("reason")]).toEqual([words, exclude, reason]);
          }
        },
      ),
      { numRuns: runs(200, 5_000) },
    );
  });

  test("a list is the same with whatever stands around its commas", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,10}$/);
    const comma = fc.constantFrom(",", ", ", " ,", " , ", ",\n", ",\u200b ");
    const wrap = fc.constantFrom(
      (text: string) => text,
      (text: string) => `\`${text}\``,
      (text: string) => `“${text}”`,
      (text: string) => `<http://${text}|${text}>`,
      (text: string) => text.replaceAll("-", "\u2011"),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, wrap, comma), { minLength: 1, maxLength: 6 }), (items) => {
        const text = items.map(([one, write, separator]) => `${write(one)}${separator}`).join("");
        const expected = items.map(([one]) => one);
        expect(understood(`--exclude ${text}`).exclude).toEqual(expected);
        expect(understood(text).words).toEqual(expected);
      }),
      { numRuns: runs(200, 5_000) },
    );
  });

  test("never throws anything but a sentence, and never hands on what nobody sees", () => {
    const odd = fc.constantFrom(
      '"',
      "'",
      "`",
      ",",
      "-",
      "--",
      "—",
      "=",
      " ",
      "<",
      ">",
      "|",
      "\u200b",
      "\ue000",
      "\u0000",
      "a",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(odd, { maxLength: 30 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (typed) => {
        try {
          const { words, exclude } = understood(typed);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may come through.
          for (const word of [...words, ...exclude]) expect(word).not.toMatch(/[\u200b\u2060\ufeff\ue000\u0000]/);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
        expect(splitList(readWord(typed)).every((one) => one.trim() === one && one !== "")).toBe(true);
      }),
      { numRuns: runs(300, 10_000) },
    );
  });
});
