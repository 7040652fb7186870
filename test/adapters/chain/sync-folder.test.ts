import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

/** No right of a folder holds for root. */
const OTHER = process.getuid?.() === 0 ? 65_534 : undefined;

test("a folder that one may write and not read keeps its files all the same", () => {
  const folder = mkdtempSync(join(tmpdir(), "sync-folder-"));
  if (OTHER !== undefined) chownSync(folder, OTHER, OTHER);
  chmodSync(folder, 0o300);
  const code = `const { syncFolderOf } = await import(process.argv[1]); syncFolderOf(process.argv[2]);`;
  const compiled = new URL("../../../dist/src/adapters/chain/sync-folder.js", import.meta.url).href;
  const args = ["--input-type=module", "--eval", code, compiled, join(folder, "copy.db")];
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    ...(OTHER === undefined ? {} : { uid: OTHER }),
  });
  rmSync(folder, { recursive: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
