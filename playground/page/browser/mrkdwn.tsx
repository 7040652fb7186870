import { get } from "node-emoji";
import type { ComponentChildren } from "preact";
import { linkedMessage, nameOf, usePage } from "./context.ts";

/**
 * Slack's own markup: code, mentions, links, bold, italic, struck out, emoji, quotes. Whatever is no markup is shown as it is.
 * Source: docs.slack.dev/messaging/formatting-message-text
 */
export function Mrkdwn({ text }: { readonly text: string }) {
  return <span class="mrkdwn">{blocksOf(text)}</span>;
}

const FENCE = /```([\s\S]*?)```/;

function blocksOf(text: string): ComponentChildren {
  // Split by a pattern with a group: every other part is what stood between fences.
  return text.split(FENCE).map((part, i) => (i % 2 === 0 ? linesOf(part) : <pre>{decode(part)}</pre>));
}

function linesOf(text: string): ComponentChildren {
  return text.split("\n").map((line, i) => {
    const quoted = /^&gt;\s?(.*)$/.exec(line)?.[1];
    return [
      i > 0 && <br />,
      quoted === undefined ? (
        <Inline text={line} />
      ) : (
        <q class="quote">
          <Inline text={quoted} />
        </q>
      ),
    ];
  });
}

/** The kinds of markup, in the order in which they win over each other; the first group is what is inside. */
const KINDS: readonly (readonly [RegExp, (inside: string) => ComponentChildren])[] = [
  [/`([^`\n]+)`/, (inside) => <code>{decode(inside)}</code>],
  [/<([^<>\n]+)>/, (inside) => <Reference to={inside} />],
  [
    /(?<![\w*])\*([^*\n]+)\*(?![\w*])/,
    (inside) => (
      <b>
        <Inline text={inside} />
      </b>
    ),
  ],
  [
    /(?<![\w_])_([^_\n]+)_(?![\w_])/,
    (inside) => (
      <i>
        <Inline text={inside} />
      </i>
    ),
  ],
  [
    /(?<![\w~])~([^~\n]+)~(?![\w~])/,
    (inside) => (
      <s>
        <Inline text={inside} />
      </s>
    ),
  ],
  [/:([a-z0-9_+-]+):/, (inside) => get(inside) ?? `:${inside}:`],
];

function Inline({ text }: { readonly text: string }) {
  let first: { at: number; length: number; shown: ComponentChildren } | undefined;
  for (const [pattern, show] of KINDS) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.at))
      first = { at: match.index, length: match[0].length, shown: show(match[1] ?? "") };
  }
  if (!first) return <>{decode(text)}</>;
  return (
    <>
      {decode(text.slice(0, first.at))}
      {first.shown}
      <Inline text={text.slice(first.at + first.length)} />
    </>
  );
}

function Reference({ to }: { readonly to: string }) {
  const { screen, follow } = usePage();
  const [target = "", label] = to.split("|");
  const id = target.slice(1);
  if (target.startsWith("@"))
    return <span class={`mention${id === screen.you ? " you" : ""}`}>@{nameOf(screen, id)}</span>;
  if (target.startsWith("#"))
    return <span class="mention">#{screen.channels.find((channel) => channel.id === id)?.name ?? label ?? id}</span>;
  if (target.startsWith("!subteam^")) return <span class="mention">{label ?? target.slice(9)}</span>;
  if (target.startsWith("!date^")) return <time>{dateText(target, label)}</time>;
  if (target.startsWith("!")) return <span class="mention">@{label ?? id}</span>;
  if (/^https?:/.test(target)) {
    const href = decode(target);
    const message = linkedMessage(href);
    const onClick = (event: Event) => {
      if (!message) return;
      event.preventDefault();
      follow(message);
    };
    return (
      <a href={href} target="_blank" rel="noreferrer" onClick={onClick}>
        {label ? decode(label) : href}
      </a>
    );
  }
  return <>{decode(`<${to}>`)}</>;
}

/** `!date^UNIX^FORM`, in the reader's own zone, as Slack shows it. */
function dateText(target: string, fallback: string | undefined): string {
  const [, seconds = "", form = ""] = target.split("^");
  const at = new Date(Number(seconds) * 1_000);
  if (Number.isNaN(at.getTime())) return fallback ?? "";
  const days = Math.round((startOfDay(at) - startOfDay(new Date())) / DAY);
  const named = { "-1": "yesterday", "0": "today", "1": "tomorrow" }[String(days)];
  const day = named ?? at.toLocaleDateString("en", { month: "short", day: "numeric", year: "numeric" });
  const time = at.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return form.replace("{date_short_pretty}", day).replace("{time}", time);
}

const DAY = 24 * 60 * 60_000;

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** The three characters that Slack escapes. */
export function decode(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
