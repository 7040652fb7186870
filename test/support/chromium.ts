import asyncHooks, { type AsyncLocalStorage } from "node:async_hooks";
import { accessSync, constants } from "node:fs";
import type { Browser } from "playwright-core";

/** Where a machine may have a Chromium of its own. */
const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** It looks for nothing outside this machine, root may run it, and it starts as few processes as it can. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-sync",
  "--renderer-process-limit=1",
  "--in-process-gpu",
  "--no-zygote",
];

interface Program {
  readonly executablePath: string;
  readonly args: readonly string[];
}

/**
 * A Chromium for the browser tests: the one that CHROMIUM names, else the machine's own, else the one inside the development
 * dependency @sparticuz/chromium (Linux x64). Throws with a sentence where there is none.
 */
export async function findChromium(): Promise<Program> {
  const own = [process.env.CHROMIUM ?? "", ...USUAL].find(isProgram);
  if (own) return { executablePath: own, args: QUIET };
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      `There is no Chromium on this machine (${process.platform} ${process.arch}). Install one, or name it: CHROMIUM=/path/to/chromium npm test`,
    );
  // It unpacks the libraries that it needs only where it believes to run there.
  process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs20.x";
  const { default: packed } = await import("@sparticuz/chromium").catch(() => {
    throw new Error(
      "There is no Chromium on this machine, and the development dependency @sparticuz/chromium is not installed. Run npm ci, or name one: CHROMIUM=/path/to/chromium npm test",
    );
  });
  // Not its own arguments: with --single-process the whole browser ends with its first context.
  return { executablePath: await packed.executablePath(), args: QUIET };
}

export async function launchChromium(): Promise<Browser> {
  const { executablePath, args } = await findChromium();
  // It takes a second to load, and most runs only want to know whether there is a browser.
  const { chromium } = await loadPlaywright();
  return chromium.launch({ executablePath, args: [...args] });
}

const stores: AsyncLocalStorage<unknown>[] = [];

/** Loads Playwright, and keeps each store with which it follows promises. Only Node 20 lets this class be replaced. */
async function loadPlaywright() {
  const { AsyncLocalStorage: Plain } = asyncHooks;
  if (!Object.getOwnPropertyDescriptor(asyncHooks, "AsyncLocalStorage")?.writable) return import("playwright-core");
  asyncHooks.AsyncLocalStorage = class<T> extends Plain<T> {
    constructor() {
      super();
      stores.push(this);
    }
  };
  try {
    return await import("playwright-core");
  } finally {
    asyncHooks.AsyncLocalStorage = Plain;
  }
}

/**
 * Once its browser is closed. Playwright goes on to follow each promise of the process: on Node 20 that takes a tenth to a third of the
 * processor's time of every test file which comes after it in the same worker.
 */
export function stopFollowingPromises(): void {
  for (const store of stores) store.disable();
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== "";
  } catch {
    return false;
  }
}
