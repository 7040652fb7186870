import { lives, type Rows } from "./duty-tables.ts";
import { configuredOtherwise, type ReplicaAddress, readAddress } from "./replica-address.ts";

interface Found {
  readonly address: string;
  readonly duties: readonly string[];
}

/** The replicas that live now, each with its duties. */
export async function readReplicas(
  db: Rows,
): Promise<readonly { readonly host: string; readonly pid: number; readonly duties: readonly string[] }[]> {
  const found = await db.rows<Found>(
    `SELECT replica.address, coalesce(array_agg(duty.name ORDER BY duty.name) FILTER (WHERE ${lives("duty")}), '{}') AS duties
     FROM replica LEFT JOIN duty ON duty.holder = replica.name
     WHERE ${lives("replica")} GROUP BY replica.name, replica.address ORDER BY replica.address`,
  );
  return found.map(({ address, duties }) => {
    const { host, pid } = readAddress(address);
    return { host, pid, duties };
  });
}

/** The replicas that live now with another configuration than this one, each as its host and its process. */
export async function readOtherwiseConfigured(
  db: Rows,
  runs: NonNullable<ReplicaAddress["runs"]>,
): Promise<readonly string[]> {
  const found = await db.rows<Found>(`SELECT address FROM replica WHERE ${lives("replica")} ORDER BY address`);
  const addresses = found.map(({ address }) => address);
  return configuredOtherwise({ runs }, addresses).map(({ host, pid }) => `${host} ${pid}`);
}
