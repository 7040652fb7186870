import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { COMPILED } from "../support/compiled.ts";

/** A file whose disk is always full; Linux has it. */
const FULL = "/dev/full";

test.runIf(existsSync(FULL))("an output on a full disk is said in a sentence", () => {
  const full = openSync(FULL, "w");
  const [node = "", ...args] = COMPILED;
  const { status, stderr } = spawnSync(node, [...args, "help"], { encoding: "utf8", stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  expect([status, stderr]).toEqual([
    1,
    "Drydock could not print its answer: the disk that holds the output is full.\n",
  ]);
});
