import type { TestProject } from "vitest/node";
import { findChromium } from "./chromium.ts";

/**
 * Finds a Chromium before any test runs. Where there is none the browser tests are not run, and it is said at the end, where
 * it is read; with BROWSER_TESTS=required there has to be one.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const noBrowser = await findChromium().then(
    ({ executablePath }) => {
      // The workers look for none themselves: it may be unpacked, which is done once.
      process.env.CHROMIUM = executablePath;
      return "";
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (noBrowser !== "" && process.env.BROWSER_TESTS === "required")
    throw new Error(`The browser tests have to run here (BROWSER_TESTS=required), and cannot. ${noBrowser}`);
  project.provide("noBrowser", noBrowser);
  return () => {
    if (noBrowser !== "")
      process.stderr.write(`\n!!! NOT RUN: every test in test/browser, for want of a browser. ${noBrowser}\n\n`);
  };
}
