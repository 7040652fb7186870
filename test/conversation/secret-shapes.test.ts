import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "../../playground/deploy/rng.ts";
import { secretsIn } from "../../src/conversation/typed-secrets.ts";
import { runs } from "../support/runs.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const word = fc.constantFrom(
  ..."patch night storage is moved by the vendor after Change freeze of Q4 São-Paulo".split(" "),
);
const ticket = fc
  .tuple(fc.constantFrom("CHG", "INC", "JIRA-", "OPS-", "#"), fc.nat(99_999_999))
  .map(([kind, n]) => `${kind}${n}`);
const site = fc.constantFrom(
  "web",
  "db",
  "ip-10-2-3-4",
  "WIN-7H2K9LQ3T5V",
  "AppServerEurope01",
  "gke-pool-1-7f9c8d6b-x1z9",
);
const host = fc.tuple(site, fc.nat(999), fc.constantFrom("", ".eu-west-1.compute.internal", ".example.com:8443"));
const hostName = host.map(([name, n, domain]) => `${name}-${n}${domain}`);
const agentId = fc.uuid().map((id) => `agent-${id}`);
const url = fc
  .tuple(hostName, hex(32), fc.webPath(), ticket)
  .map(([name, id, path, n]) => `https://${name}${path.replaceAll("=", "")}/${id}/browse/${n}`);
const version = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(999_999)).map(([a, b, c]) => `${a}.${b}.7.1.${c}`);
const time = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
const ordinary = fc.oneof(word, ticket, hostName, fc.uuid(), agentId, hex(40), hex(64), url, version, time);

test("ordinary reasons and names are no secrets: words, tickets, addresses, hosts, ids, hashes in hex, versions and times", () => {
  fc.assert(
    fc.property(fc.array(ordinary, { maxLength: 12 }), (words) => {
      expect(secretsIn(words.join(" "))).toEqual([]);
    }),
    { numRuns: runs(500, 20_000) },
  );
});

test.each([
  "token=none",
  "basic authentication is off",
  "Bearer certificate was replaced",
  "the token: expired yesterday",
  "NYC3PRDWEB0012A-LNX7ab",
  "DataCenter2Rack05Node17",
  "AppSrv01Db02Web03Lon04",
  "us-East1-K8s-Node-A1B2C3",
  "dc1row2rack3host4slot5vm06",
  "S-1-5-21-3623811015-3361044348-30300820-1013",
  "https://docs.example.com/document/d/1A2b3C4d5E6f7G8h9I0jKlMnOpQrStUvWxYz/edit",
  "registry.example.com/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
])("%s is no secret", (text) => {
  expect(secretsIn(text)).toEqual([]);
});

describe("what is found", () => {
  test.each([
    ["xoxb-1234567890-abcdefghij", "xoxb-1234567890-abcdefghij"],
    ["xapp-1-A012345-67890-abcdef", "xapp-1-A012345-67890-abcdef"],
    ["Authorization: Bearer abcdef123456", "abcdef123456"],
    ["Basic YWxpY2U6czNjcmV0", "YWxpY2U6czNjcmV0"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3"],
    ['{"token":"abcd"}', "abcd"],
    ["PasswordIsAuthToken:abcd", "abcd"],
    ["DS_AUTH_TOKEN=abcdef", "abcdef"],
    ["https://alice:hunter2@host/x", "hunter2"],
    ["hooks.slack.com/services/T0/B0/abcdefgh", "T0/B0/abcdefgh"],
    ["20_BZ4tX9q7Lw2RkV8mCy1uHs6pJd3fNa0eGx5o", "20_BZ4tX9q7Lw2RkV8mCy1uHs6pJd3fNa0eGx5o"],
  ])("%s", (text, secret) => {
    expect(secretsIn(`because ${text} is here`)).toContain(secret);
  });

  test.each([
    [24, 0.75],
    [32, 0.95],
    [40, 0.97],
    [64, 0.99],
  ])("of random words of %i letters and digits, at least a share of %d", (length, share) => {
    const random = createRng(7);
    const all = `${LETTERS}0123456789`;
    const made = Array.from({ length: 1_000 }, () =>
      Array.from({ length }, () => all[Math.floor(random() * all.length)]).join(""),
    );
    expect(made.filter((one) => secretsIn(one).length > 0).length).toBeGreaterThanOrEqual(share * made.length);
  });
});
