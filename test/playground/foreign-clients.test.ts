import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeployStandin, start, stopAll } from "../support/deploy-standin.ts";
import { LONG_AGO } from "../support/foreign-clients/foreign-client.ts";
import { agentParser, restClient } from "../support/foreign-clients/java.ts";
import { python } from "../support/foreign-clients/python.ts";
import { radar } from "../support/foreign-clients/radar.ts";
import { ucadf, versionIn } from "../support/foreign-clients/ucadf.ts";

const HOUR = 60 * 60_000;
const agent = { communication: "Web", status: "ONLINE" };

let deploy: DeployStandin;
beforeAll(async () => {
  deploy = await start({
    agents: [
      {
        ...agent,
        name: "web 1",
        id: "agent-web-1",
        relayId: "r1",
        tags: ["prd"],
        os: "Linux",
        properties: { "my note": "kept for audits" },
      },
      { ...agent, name: "web-2", status: "UPGRADE_RECOMMND" },
      { ...agent, name: "ucd-3" },
      { ...agent, name: "ucd-4", status: "OFFLINE", lastContact: LONG_AGO },
      { ...agent, name: "ucd-5", status: "OFFLINE" },
    ],
    // At this scale they began at no whole millisecond.
    scale: 7,
    deployments: [
      { agent: "web 1", at: -1, ms: HOUR },
      { agent: "ucd-3", type: "generic", at: -1, ms: HOUR },
      { at: -1, ms: HOUR },
    ],
  });
});
afterAll(stopAll);

describe.each([python, ucadf, radar, restClient, agentParser])(
  "the stand-in server answers $repository as a real one does",
  ({ headers, calls }) => {
    test.each(calls)("GET %s", async (path, takes) => {
      const answer = await fetch(deploy.url + path, { headers: await headers(deploy.url), redirect: "error" });
      const body = await answer.text();
      if ("safeParse" in takes) {
        expect(answer.status).toBe(200);
        const isJson = answer.headers.get("content-type") === "application/json";
        expect(takes.safeParse(isJson ? JSON.parse(body) : body).error).toBeUndefined();
      } else {
        expect(takes).toContain(answer.status);
        expect(body).not.toBe("");
      }
    });
  },
);

test.each(["script", "product"] as const)("the Groovy client reads the version on a front page (%s)", async (page) => {
  const serverVersion = "7.1.2.10.1134567";
  const { url } = await start({ agents: 0, page, serverVersion });
  expect(versionIn(await (await fetch(url)).text())).toBe(serverVersion);
});
