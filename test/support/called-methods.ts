import { readdirSync, readFileSync } from "node:fs";

/** The methods of the Web API client that Drydock calls, read from its source, e.g. `chat.postMessage` and `filesUploadV2`. */
export function calledMethods(): readonly string[] {
  const source = readdirSync("src/adapters/slack")
    .map((file) => readFileSync(`src/adapters/slack/${file}`, "utf8"))
    .join("\n");
  const found = [...source.matchAll(/client\.((?:[a-z]+\.)+[a-zA-Z]+|filesUploadV2)\(/g)];
  return [...new Set(found.map((match) => match[1] ?? ""))];
}
