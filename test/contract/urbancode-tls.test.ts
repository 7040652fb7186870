import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { HttpSettings } from "../../src/adapters/urbancode/http.ts";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import type { Clock } from "../../src/core/ports.ts";
import { Secret } from "../../src/core/secret.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { type Certificate, makeCertificate } from "../support/certificates.ts";
import { keepLog } from "../support/silent-log.ts";

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0).reverse()) await end();
});

let own: Certificate;
let authority: Certificate;
let signed: Certificate;
beforeAll(async () => {
  own = await makeCertificate();
  authority = await makeCertificate({ authority: true });
  signed = await makeCertificate({ by: authority });
});

/** A server that lists no agents, and a client for it; `asked` are the requests that it saw. */
async function server(tls: Certificate & ServerOptions, settings: Pick<HttpSettings, "ca" | "minTls"> = {}) {
  const asked: string[] = [];
  const listening = createServer(tls, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end("[]");
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    listening.closeAllConnections();
    listening.close();
  });
  const client = createUrbanCode(
    {
      name: "prod",
      url: `https://127.0.0.1:${(listening.address() as AddressInfo).port}`,
      credentials: { kind: "basic", user: "drydock", password: "dry-dock-password" },
      requestDeadline: 5_000,
      ...settings,
    },
    { clock, random: systemRandom, log: keepLog() },
  );
  ends.push(() => client.close());
  return { client, asked };
}

/** Refused reads are tried again: here without the pauses, but with the request's deadline. */
const clock: Clock = { ...systemClock, after: (ms, task) => systemClock.after(ms < 5_000 ? 0 : ms, task) };
const OLD = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;

describe("certificates are checked", () => {
  test("a self-signed one is refused before anything is sent, and says what to do", async () => {
    const { client, asked } = await server(own);
    await expect(client.list()).rejects.toMatchObject({
      fault: "unreachable",
      message: expect.stringContaining("its certificate is self-signed: name its file under caFile"),
    });
    expect(await client.trigger("a")).toMatchObject({ kind: "unsent" });
    const theirs = client.as(new Secret("a-token"));
    ends.push(() => theirs.close());
    await expect(theirs.user("a")).rejects.toMatchObject({ fault: "unreachable" });
    expect(asked).toEqual([]);
  });

  test("also where the environment says that they need not be", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const { client, asked } = await server(own);
    await expect(client.list()).rejects.toMatchObject({ fault: "unreachable" });
    expect(asked).toEqual([]);
  });

  test("it is taken with its own file, and one that an authority signed with the authority's", async () => {
    expect(await (await server(own, { ca: own.cert })).client.list()).toEqual([]);
    expect(await (await server(signed, { ca: authority.cert })).client.list()).toEqual([]);
    const { client } = await server(signed);
    await expect(client.list()).rejects.toThrow("signed by an authority that is not known here");
  });

  test.each([
    ["for another host", { host: "deploy.example.com" }, "its certificate is for another host name"],
    ["that has expired", { days: -1 }, "its certificate has expired"],
  ])("one %s is refused though its authority is known", async (_what, given, sentence) => {
    const { client } = await server(await makeCertificate({ ...given, by: authority }), { ca: authority.cert });
    await expect(client.list()).rejects.toThrow(sentence);
  });

  test("one of somebody else is refused where a file is given", async () => {
    const { client } = await server(own, { ca: authority.cert });
    await expect(client.list()).rejects.toMatchObject({ fault: "unreachable" });
  });
});

describe("TLS is 1.2 or later", () => {
  test("a server that speaks 1.1 at most is refused, and it is said", async () => {
    const { client, asked } = await server({ ...own, ...OLD }, { ca: own.cert });
    await expect(client.list()).rejects.toThrow(
      "(1.2 or later; only a configuration file can allow an older one, with tls.minVersion)",
    );
    expect(await client.trigger("a")).toMatchObject({ kind: "unsent" });
    expect(asked).toEqual([]);
  });

  test.each(["TLSv1", "TLSv1.1"] as const)(
    "with %s allowed for it, it is spoken to, and its certificate checked",
    async (minTls) => {
      const { client, asked } = await server({ ...own, ...OLD }, { ca: own.cert, minTls });
      expect(await client.list()).toEqual([]);
      expect(await client.trigger("a")).toEqual({ kind: "accepted", status: 200 });
      expect(asked).toEqual(["GET /cli/agentCLI", "PUT /cli/agentCLI/upgrade?agent=a"]);
      const unknown = await server({ ...own, ...OLD }, { minTls });
      await expect(unknown.client.list()).rejects.toThrow("its certificate is self-signed");
      expect(unknown.asked).toEqual([]);
    },
  );

  test("1.2 is spoken without a word, and not where 1.3 is wanted", async () => {
    const only = { ...own, minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
    expect(await (await server(only, { ca: own.cert })).client.list()).toEqual([]);
    const { client } = await server(only, { ca: own.cert, minTls: "TLSv1.3" });
    await expect(client.list()).rejects.toThrow("it speaks no version of TLS that Drydock accepts");
  });
});
