import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { makeCertificate } from "../support/certificates.ts";
import { runProgram } from "../support/run-program.ts";

test.each(["plan", "probe"])("%s says how it takes a certificate that is not trusted", async (command) => {
  const listening = createServer(await makeCertificate());
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as AddressInfo;
  const account = { DS_USERNAME: "drydock", DS_PASSWORD: "dry-dock-password" };
  const { status, stderr } = await runProgram([command, "--url", `https://127.0.0.1:${port}`], account);
  listening.close();
  expect([status, stderr]).toEqual([1, expect.stringContaining("its certificate is self-signed")]);
  expect(stderr).toContain("name its file under caFile, or with --ca on the command line");
});
