import { lives, type Rows } from "./duty-tables.ts";

interface Found {
  readonly address: string;
  readonly duties: readonly string[];
}

/** How a replica names itself to people: its host and its process. */
export function addressOf(host: string, pid: number): string {
  return `${host} ${pid}`;
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
    const [host = "", pid] = address.split(" ");
    return { host, pid: Number(pid), duties };
  });
}
