/** An address as all ways of writing it have in common: letters of the host, default port, last slash, last dot. */
export function normalAddress(written: string): string | undefined {
  if (!URL.canParse(written)) return undefined;
  // URL writes hosts in lower case and leaves out the default port.
  const { protocol, hostname, port, pathname } = new URL(written);
  const host = hostname.replace(/\.$/, "");
  if (host === "") return undefined;
  return `${protocol}//${host}${port === "" ? "" : `:${port}`}${pathname.replace(/\/+$/, "")}`;
}

/** The same for the address that a server calls its own: one that everybody has says nothing. */
export function ownAddress(told: string | undefined): string | undefined {
  const address = normalAddress(told ?? "");
  return address && /^\w+:\/\/(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(address) ? undefined : address;
}
