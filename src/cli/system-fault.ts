/** A sentence for what the operating system refused about a file or a port; undefined if it is not that. */
export function systemFault(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code, path, syscall, address, port, hostname } = error as NodeJS.ErrnoException & Listening;
  if (typeof port === "number" || hostname !== undefined)
    return PORT_FAULTS[String(code)]?.({ port, address: address ?? hostname ?? "" });
  const file = path ?? (syscall !== undefined && AFTER_OPEN.has(syscall) ? "one of Drydock's files" : undefined);
  return file === undefined ? undefined : FILE_FAULTS[String(code)]?.(file);
}

interface Listening {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/** Node names no path for these. */
const AFTER_OPEN: ReadonlySet<string> = new Set(["read", "write", "fsync", "ftruncate"]);

const RIGHTS = "Let the user that runs Drydock read and write it and its folder.";

const FILE_FAULTS: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `${path} does not exist, or its folder does not. Check the path, or make the folder first.`,
  EACCES: (path) => `Drydock may not open ${path}. ${RIGHTS}`,
  EPERM: (path) => `Drydock may not change ${path}. ${RIGHTS}`,
  EROFS: (path) => `${path} is on a read-only disk. Give a file in a folder that Drydock may write.`,
  ENOSPC: (path) => `The disk that holds ${path} is full. Make room there and try again.`,
  EIO: (path) => `The disk that holds ${path} reports an error. Check the disk, then try again.`,
  EISDIR: (path) => `${path} is a folder. Give a file instead.`,
  ENOTDIR: (path) => `A part of the path ${path} is a file, not a folder. Check the path.`,
  EEXIST: (path) => `${path} exists already. Give another name.`,
  EMFILE: (path) => `Drydock cannot open ${path}: it has too many open files. Raise the limit (ulimit -n).`,
};

type PortFault = (at: { readonly port: number | undefined; readonly address: string }) => string;

const PORT_FAULTS: Readonly<Record<string, PortFault>> = {
  EADDRINUSE: ({ port, address }) =>
    `Another program already listens on port ${port} (${address}). Stop that program, or set another slack.http.port.`,
  EACCES: ({ port, address }) =>
    `Drydock may not listen on port ${port} (${address}). Set slack.http.port to 1024 or higher.`,
  EADDRNOTAVAIL: ({ address }) =>
    `This machine does not have the address ${address}. Set slack.http.host to one that it has, e.g. 0.0.0.0`,
  ENOTFOUND: ({ address }) =>
    `There is no address for the name ${address}. Set slack.http.host to an address of this machine, e.g. 0.0.0.0`,
};
