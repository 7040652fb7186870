import type { Call, FormValues } from "../core/call.ts";
import { plainWord, splitList, splitWords, typedText } from "../core/typed-text.ts";
import { timeWords } from "../core/when.ts";
import { wordsIn } from "../core/words-in.ts";
import { type ArgumentSpec, type FlagSpec, splitFlag, takesNext } from "./arguments.ts";
import type { CommandInfo } from "./command.ts";

/** What of a call may be recorded for ever. A person may have typed a token in the wrong place. */
export interface KeptWords {
  /** What was said. Each word that Drydock does not know is replaced by its length. */
  said(call: Call): string;
  /** A text that may repeat what was said, without the words that Drydock does not know. */
  without(call: Call, text: string): string;
}

/** No token is shorter; shorter words may be part of Drydock's own sentences. */
const MIN_LENGTH = 8;
/** A secret of several words is not kept in parts; shorter ones are nothing of it. */
const MIN_PART = 4;
/** A sentence repeats this much of a long word. */
const REPEATED = 60;

interface Word {
  readonly text: string;
  readonly kept: boolean;
}

type Known = (word: string) => boolean;

export function createKeptWords(known: {
  readonly commands: readonly CommandInfo[];
  readonly servers: readonly string[];
  /** The parts of a text that are secrets. */
  readonly secretsIn: (text: string) => readonly string[];
}): KeptWords {
  const { secretsIn } = known;
  const read = new WeakMap<Call, readonly Word[]>();
  const servers = known.servers.map((name) => name.toLowerCase());
  const isServer: Known = (word) => servers.includes(word.toLowerCase());
  const isRollout: Known = (word) => /^(.+)-\d{1,9}$/.test(word) && isServer(word.replace(/-\d+$/, ""));

  /** By the hint of an argument: what stands there is one of a few, or free text that people read. */
  function isKnown(hint: string, word: string, call: Call): boolean {
    switch (hint) {
      case "SERVER":
        return isServer(word);
      case "ID":
      case "ID|all":
      case "ROLLOUT":
        return isRollout(word) || word.toLowerCase() === "all";
      case "COMMAND":
        return known.commands.some(({ name }) => name === word.toLowerCase());
      case "@PERSON":
        return "people" in call && Object.hasOwn(call.people ?? {}, word);
      case "NAME":
      case "REASON":
        return true;
      default:
        return false;
    }
  }

  function flagValue(name: string, { kind }: FlagSpec, value: string): boolean {
    const word = plainWord(value);
    if (name === "server") return isServer(word);
    if (name === "rollout") return isRollout(word);
    if (kind === "number") return /^\d{1,9}$/.test(word);
    if (kind === "time") {
      const words = word.split(/\s+/);
      return words.every((part) => part.length <= 20) && timeWords(words) === words.length;
    }
    return kind !== "switch";
  }

  function argumentsOf({ positional, flags }: ArgumentSpec, words: readonly string[], call: Call): readonly Word[] {
    const hints = positional?.hint.split(" ") ?? [];
    const result: Word[] = [];
    let place = 0;
    for (let i = 0; i < words.length; i += 1) {
      const word = words[i] ?? "";
      if (!word.startsWith("--")) {
        const hint = hints[place] ?? (positional?.many ? (hints.at(-1) ?? "") : "");
        place += 1;
        result.push({ text: word, kept: isKnown(hint, plainWord(word), call) });
        continue;
      }
      const [name, inline] = splitFlag(word);
      const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
      result.push({ text: flag ? `--${name}` : name, kept: flag !== undefined });
      if (inline !== undefined)
        result.push({ text: inline, kept: flag !== undefined && flagValue(name, flag, inline) });
      const taken = inline === undefined ? [] : [inline];
      while (flag && flag.kind !== "switch" && i + 1 < words.length && takesNext(flag, taken, words.slice(i + 1))) {
        i += 1;
        const next = words[i] ?? "";
        taken.push(next);
        result.push({ text: next, kept: flagValue(name, flag, next) });
      }
    }
    return result;
  }

  function withoutSecrets(values: FormValues): string {
    const hide = (text: string) => secretsIn(text).reduce((left, secret) => left.replaceAll(secret, lengthOf), text);
    return JSON.stringify(Object.fromEntries(Object.entries(values).map(([field, texts]) => [field, texts.map(hide)])));
  }

  /** What was said is recorded together with every answer to it, so it is read once. */
  function wordsOf(call: Call): readonly Word[] {
    const words = read.get(call) ?? readWords(call);
    read.set(call, words);
    return words;
  }

  function readWords(call: Call): readonly Word[] {
    if (call.via === "button") return [call.command, ...call.args].map((text) => ({ text, kept: true }));
    if (call.via === "form")
      return [call.command, ...call.args, withoutSecrets(call.values)].map((text) => ({ text, kept: true }));
    if (call.via === "shortcut") return wordsIn(call.text).map(({ text }) => ({ text, kept: false }));
    const [first = "", ...rest] = splitTolerantly(call.text);
    const command = known.commands.find(({ name }) => name === first.toLowerCase());
    const secrets = secretsIn(call.text);
    const isSecret = (word: string) =>
      secrets.some((secret) => word.includes(secret) || (word.length >= MIN_PART && secret.includes(word)));
    if (command)
      return [
        { text: first, kept: true },
        ...argumentsOf(command.args, rest, call).map(({ text, kept }) => ({ text, kept: kept && !isSecret(text) })),
      ];
    return (first === "" ? rest : [first, ...rest]).map((text) => ({ text, kept: false }));
  }

  return {
    said(call) {
      // What other people wrote is no command, and is not recorded.
      if (call.via === "shortcut") return `${call.command} ${lengthOf(call.text)}`;
      return wordsOf(call)
        .map(({ text, kept }) => (kept ? shown(call, text) : lengthOf(plainWord(text))))
        .join(" ")
        .slice(0, 3_000);
    },
    without(call, text) {
      const hidden = wordsOf(call)
        .filter(({ kept }) => !kept)
        .flatMap(({ text: word }) => [plainWord(word), ...splitList(word)])
        .flatMap((word) => [word, word.slice(0, REPEATED)])
        .filter((word) => word.length >= MIN_LENGTH)
        .sort((a, b) => b.length - a.length);
      return hidden.reduce((left, word) => left.replace(new RegExp(escaped(word), "giu"), lengthOf(word)), text);
    },
  };
}

/** What a button says is not typed, so it needs no quotes. */
function shown({ via }: Call, text: string): string {
  return via === "button" || via === "form" ? text : typedText([text]);
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function lengthOf(word: string): string {
  return `[${word.length} characters]`;
}

/** Also what Drydock refuses, e.g. for a quote that is not closed. */
function splitTolerantly(text: string): readonly string[] {
  try {
    return splitWords(text);
  } catch {
    return text.split(/\s+/).filter((word) => word !== "");
  }
}
