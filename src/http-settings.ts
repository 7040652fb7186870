import type { HttpSettings } from "./adapters/urbancode/http.ts";
import type { Credentials, MinTls } from "./config/config.ts";

/** How a server is reached, as its client takes it: the secrets are opened here and nowhere earlier. */
export function httpSettings(server: {
  readonly name: string;
  readonly url: string;
  readonly ca: string | undefined;
  readonly minTls?: MinTls;
  readonly requestDeadline: number;
  readonly credentials: Credentials;
}): HttpSettings {
  const { name, url, ca, minTls, requestDeadline, credentials } = server;
  return {
    name,
    url,
    ca,
    minTls,
    requestDeadline,
    variable: credentials.variable,
    credentials:
      credentials.kind === "token"
        ? { kind: "token", token: credentials.token.reveal() }
        : { kind: "basic", user: credentials.user, password: credentials.password.reveal() },
  };
}
