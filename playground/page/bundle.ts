import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Asset {
  readonly type: string;
  readonly content: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  css: "text/css",
  ttf: "font/ttf",
};

type Assets = ReadonlyMap<string, Asset>;

let bundled: Promise<Assets> | undefined;

/** The page's program, its style and its fonts, built in memory and once a process: by path, e.g. `/main.js`. */
export function bundlePage(): Promise<Assets> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<Assets> {
  const { outputFiles } = await build({
    entryPoints: ["main.tsx", "page.css"].map((file) => fileURLToPath(new URL(`./browser/${file}`, import.meta.url))),
    bundle: true,
    write: false,
    outdir: "out",
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".ttf": "file" },
    minify: true,
    logLevel: "silent",
  });
  return new Map(
    outputFiles.map(({ path, contents }) => {
      const name = basename(path);
      const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      return [`/${name}`, { type, content: contents }];
    }),
  );
}
