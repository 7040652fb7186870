export type Credentials =
  | { readonly kind: "basic"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

export function authorizationOf(credentials: Credentials): string {
  const pair =
    credentials.kind === "basic"
      ? `${credentials.user}:${credentials.password}`
      : `PasswordIsAuthToken:${JSON.stringify({ token: credentials.token })}`;
  return `Basic ${Buffer.from(pair, "utf8").toString("base64")}`;
}

/** Shorter ones are words that a text may have for another reason. */
const MIN_HIDDEN_LENGTH = 8;

/** Takes our own credentials out of what a server (or a proxy before it) sends back: its words are shown to people. */
export function hider(credentials: Credentials, authorization: string): (text: string) => string {
  const secret = credentials.kind === "token" ? credentials.token : credentials.password;
  const encoded = authorization.slice("Basic ".length);
  const hidden = [encoded, encodeURIComponent(secret), secret].filter((text) => text.length >= MIN_HIDDEN_LENGTH);
  return (text) => hidden.reduce((left, each) => left.replaceAll(each, "[secret]"), text);
}
