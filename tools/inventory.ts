import { visibleTexts } from "./visible-texts.ts";

/** Prints every text that people can read, with its place, for reading line by line. */
const folders = process.argv.slice(2);
for (const { place, text } of visibleTexts(folders.length > 0 ? folders : ["src", "commands"]))
  process.stdout.write(`${place}: ${text.replaceAll("\n", " ⏎ ")}\n`);
