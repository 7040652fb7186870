import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundlePage } from "../../playground/page/bundle.ts";
import { glyphsOf } from "../support/glyphs-of.ts";

/** Where people's messages and the page are written. */
const ROOMS = ["src", "commands", "playground/page/browser"];
const SIGN = /[\u2190-\u2bff]|\p{Emoji_Presentation}/gu;

function signsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => readFileSync(join(folder, file), "utf8").match(SIGN) ?? []);
}

/** What the page's style lets each of its fonts draw: the font's path, and the characters that it is asked for. */
function fontsOf(css: string): readonly { readonly path: string; readonly covers: (code: number) => boolean }[] {
  return [...css.matchAll(/@font-face\{[^}]*\}/g)].map(([rule]) => {
    const ranges = (/unicode-range:([^;}]*)/.exec(rule)?.[1] ?? "").split(",").map((range) => {
      const [first = "", last = first] = range.trim().slice(2).split("-");
      return { first: Number.parseInt(first, 16), last: Number.parseInt(last, 16) };
    });
    return {
      path: `/${/url\("?\.?\/?([^")]*)/.exec(rule)?.[1]}`,
      covers: (code) => ranges.some(({ first, last }) => first <= code && code <= last),
    };
  });
}

test("every sign of Drydock and of the page is in a font that the page brings along", async () => {
  const assets = await bundlePage();
  const css = Buffer.from(assets.get("/page.css")?.content ?? []).toString("utf8");
  // Of two fonts for one character the browser takes the one that is named last.
  const fonts = fontsOf(css).toReversed();
  const signs = [...new Set(ROOMS.flatMap(signsIn))];
  const missing = signs.filter((sign) => {
    const code = sign.codePointAt(0) ?? 0;
    const font = assets.get(fonts.find(({ covers }) => covers(code))?.path ?? "");
    return !font || !glyphsOf(font.content).has(code);
  });
  expect(signs.length).toBeGreaterThan(10);
  expect(missing, "add it to noto-emoji-subset.ttf, as the note beside that font says").toEqual([]);
});
