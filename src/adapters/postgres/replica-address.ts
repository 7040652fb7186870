/** How a replica names itself in its table. */
export interface ReplicaAddress {
  readonly host: string;
  readonly pid: number;
  /** Its program and its configuration; undefined for a replica of a version that does not tell. */
  readonly runs: { readonly version: string; readonly configuration: string } | undefined;
}

export function writeAddress({ host, pid, runs }: ReplicaAddress): string {
  return [host, pid, ...(runs ? [runs.version, runs.configuration] : [])].join(" ");
}

export function readAddress(address: string): ReplicaAddress {
  const [host = "", pid, version, configuration] = address.split(" ");
  return { host, pid: Number(pid), runs: version && configuration ? { version, configuration } : undefined };
}

/** The replicas with another configuration. Another version may read the same file in another way, so it is not compared. */
export function configuredOtherwise(
  { runs }: Pick<ReplicaAddress, "runs">,
  others: readonly string[],
): readonly ReplicaAddress[] {
  return others
    .map(readAddress)
    .filter((other) => runs?.version === other.runs?.version && runs?.configuration !== other.runs?.configuration);
}
