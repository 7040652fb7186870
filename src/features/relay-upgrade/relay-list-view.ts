import { count } from "../../core/format.ts";
import { moment } from "../../core/moment.ts";
import { type Button, data, type Line, type Part } from "../../core/view.ts";
import { MAX_ASKED } from "../../people/relay-viewer.ts";
import { noneVisible } from "../../servers/none-visible.ts";
import type { ListedRelay, RelayList } from "./relay-list.ts";

/** More do not fit into a message beside those of other servers. */
const MAX_RELAYS = 25;

/** The relays of one server, worst first, and the button where something can be done. */
export function relayListParts({ server, serverVersion, minimum, listed, hidden, wanted }: RelayList): readonly Part[] {
  if (listed.length + hidden === 0) return [{ kind: "text", lines: [[noneVisible(server)]] }];
  const late = listed.filter((relay) => relay.lags);
  const offline = listed.filter(({ relay }) => relay.up === false).length;
  const against =
    minimum === null ? `the server (${serverVersion ?? "version not reported"})` : `the minimum ${minimum}`;
  const head: Line = [
    { bold: server.name },
    listed.length === 0
      ? ": no relay that you may view."
      : `: ${count(listed.length, "relay")}, ${offline} offline, ${late.length} older than ${against}.`,
  ];
  const shown = listed.slice(0, MAX_RELAYS).map((relay): Line => rowOf(relay, serverVersion));
  const rest = listed.length - shown.length;
  const notes: Line[] = [
    ...(rest > 0 ? [[`and ${rest} more, none worse than these.`]] : []),
    ...(hidden > 0
      ? [
          [
            `${hidden} more that you may not view. That requires View Agent Relays, or View Agents on one of the first ${MAX_ASKED} agents behind.`,
          ],
        ]
      : []),
    ...(wanted ? [[WANTED[wanted](serverVersion)]] : []),
    ["The server does not report which relays lag: Drydock compares versions, without the build's number."],
  ];
  const buttons: Button[] = late.some(({ relay }) => relay.up !== false)
    ? [
        {
          label: `Plan the upgrade of those that lag`,
          command: "upgrade-relay",
          args: ["--lagging", "--server", server.name],
        },
      ]
    : [];
  return [
    { kind: "text", lines: [head, ...shown] },
    { kind: "note", lines: notes },
    { kind: "buttons", buttons },
  ];
}

function rowOf({ relay, lag, lags, behind, connected }: ListedRelay, server: string | undefined): Line {
  const { name, up, version, hostname, totalAgents, activeAgents, lastContact, communication } = relay;
  const state = up === false ? "✖ offline" : lags ? "⚠ lags" : up === undefined ? "– status not reported" : "✔ online";
  const since: Line = up === false && lastContact !== undefined ? [", last contact ", moment(lastContact)] : [];
  const told = totalAgents === undefined ? "" : ` (the server counts ${totalAgents}, ${activeAgents ?? "?"} active)`;
  return [
    `${state} `,
    data(name),
    hostname ? " on " : "",
    ...(hostname ? [data(hostname)] : []),
    ` at `,
    data(version ?? "a version that is not reported"),
    LAG[lag](server),
    ...since,
    `. ${count(behind, "agent")} behind it, ${connected} connected${told}`,
    ...(communication ? [", ", data(communication)] : []),
    ".",
  ];
}

/** What the vendor wants of relays. */
const WANTED = {
  together: (server: string | undefined) =>
    `At ${server} the vendor requires relays to be upgraded together with the server.`,
  all: () =>
    "A server that came from 6.2.3.0 to 6.2.3.1 or later requires all of its relays to be upgraded. Drydock applies this to older relays too.",
} as const;

const LAG = {
  "below-minimum": () => ", below the minimum",
  behind: (server: string | undefined) => `, the server is at ${server}`,
  ahead: (server: string | undefined) => `, newer than the server at ${server}`,
  even: () => "",
  unknown: () => "",
} as const;
