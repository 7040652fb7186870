import { count } from "../../core/format.ts";
import { serverTroubleText } from "../../core/server-trouble.ts";
import { data, type Key, type Line, lineText } from "../../core/view.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import { ServerError } from "../../model/deploy-server.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { PART_TIMEOUT, type ServerCheck } from "./check.ts";
import { ok, problem, warning } from "./finding.ts";

/** Whether the server is reached, is UrbanCode Deploy, and accepts Drydock's account. */
export const serverAnswers: ServerCheck = {
  code: "server-answers",
  async run({ clock }, server) {
    const { name, fleet } = server;
    try {
      const agents = await withTimeout(clock, PART_TIMEOUT, fleet.agents());
      if (!agents)
        return [
          problem(
            "server-silent",
            [`${name} did not list its agents within ${PART_TIMEOUT / 1_000} seconds.`],
            [silent(name)],
          ),
        ];
      if (agents.length > 0) return [ok("server-answers", `${name} shows Drydock ${count(agents.length, "agent")}.`)];
      return [
        warning(
          "agents-none",
          [`${name} shows Drydock's account no agent.`],
          ["Give the account a role with ", data("View Agents"), " on the teams of the agents, or on the System Team."],
        ),
      ];
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const { code, remedy } = faultOf(error, server);
      return [problem(code, [data(lineText(serverTroubleText(error.trouble)))], remedy)];
    }
  },
};

function faultOf({ fault, trouble }: ServerError, server: ManagedServer): { code: Key; remedy: Line } {
  const byCode = trouble.kind === "no-answer" ? CONNECTION[trouble.reason ?? ""] : undefined;
  if (byCode) return { code: byCode[0], remedy: [byCode[1].replaceAll("NAME", server.name)] };
  if (trouble.status === 404)
    return {
      code: "server-not-the-api",
      remedy: [`Correct servers.${server.name}.url: UrbanCode Deploy is not there. Add its path, if it has one.`],
    };
  switch (fault) {
    case "login-refused":
      return {
        code: "account-refused",
        remedy: ["Set a valid token or password in ", data(trouble.reason ?? ""), ", then restart Drydock."],
      };
    case "not-the-api":
      return {
        code: "server-not-the-api",
        remedy: [`Correct servers.${server.name}.url, or let Drydock pass the proxy or login page in front of it.`],
      };
    case "denied":
      return {
        code: "agents-denied",
        remedy: ["Give Drydock's account a role with ", data("View Agents"), " on the server."],
      };
    case "unreachable":
      return { code: "server-silent", remedy: [silent(server.name)] };
    default:
      return { code: "server-failing", remedy: [`Look at the log of ${server.name}: it failed to list its agents.`] };
  }
}

function silent(server: string): string {
  return `Check that ${server} runs and how busy it is, and that Drydock's machine can reach it.`;
}

type Remedy = readonly [code: Key, remedy: string];

const UNTRUSTED: Remedy = [
  "certificate-untrusted",
  "Put the certificate of the server, or of its authority, into a file and name that under servers.NAME.caFile.",
];
const UNKNOWN_HOST: Remedy = [
  "server-host-unknown",
  "Correct the host name in servers.NAME.url, or add it to your DNS.",
];
const OLD_TLS: Remedy = ["server-tls-version", "Let the server speak TLS 1.2, or lower servers.NAME.tls.minVersion."];

/** By the error code of the connection. */
const CONNECTION: Readonly<Record<string, Remedy>> = {
  CERT_HAS_EXPIRED: ["certificate-expired", "Renew the server's certificate."],
  CERT_NOT_YET_VALID: [
    "certificate-not-yet-valid",
    "Set the clock of Drydock's machine right, or give the server a certificate that is valid now.",
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "certificate-other-host",
    "Use the host name of the certificate in servers.NAME.url, or give the server a certificate for its own name.",
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: ["server-not-https", "Correct the port in servers.NAME.url, or write http:// there."],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD_TLS,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
  ECONNREFUSED: [
    "server-refuses-connections",
    "Start the server, or correct the host and the port in servers.NAME.url.",
  ],
};
