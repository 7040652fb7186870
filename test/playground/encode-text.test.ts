import { expect, test } from "vitest";
import { encodeText } from "../../playground/slack/encode-text.ts";

const workspace = {
  people: [{ id: "U0ALICE", name: "alice" }],
  channels: [{ id: "C0ONCALL", name: "on-call", bot: true }],
};

/** Source: docs/slack-limits.md, "Text". */
test.each([
  ["upgrade web-1.example.com", "upgrade <http://web-1.example.com|web-1.example.com>"],
  [
    "--exclude=web-1.example.com,db.example.com:8443",
    "--exclude=<http://web-1.example.com|web-1.example.com>,<http://db.example.com:8443|db.example.com:8443>",
  ],
  ["upgrade *.example.com", "upgrade *.<http://example.com|example.com>"],
  ["ops@db-1.example.com", "<mailto:ops@db-1.example.com|ops@db-1.example.com>"],
  ["see https://jira.example.com/browse/OPS-1?a=1&b=2", "see <https://jira.example.com/browse/OPS-1?a=1&amp;b=2>"],
  ["`web-1.example.com`", "`web-1.example.com`"],
  [
    "10.0.0.7 web-1.prod.internal 7.2.3.1 web-1.example.com.local",
    "10.0.0.7 web-1.prod.internal 7.2.3.1 web-1.example.com.local",
  ],
  ["--version <7.1 && x", "--version &lt;7.1 &amp;&amp; x"],
  ["@alice @nobody #on-call #nowhere", "<@U0ALICE> @nobody <#C0ONCALL|on-call> #nowhere"],
])("%s arrives as %s", (typed, arrives) => {
  expect(encodeText(typed, workspace)).toBe(arrives);
});
