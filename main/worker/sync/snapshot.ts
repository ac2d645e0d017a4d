/**
 * A `pg_snapshot` in its text form `xmin:xmax:xip,xip,…`. A transaction is visible in it when it committed before
 * the snapshot was taken: below xmin always, from xmax on never, between them unless it is listed as running.
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 */
export function snapshotSees(snapshot: string, xid: number): boolean {
  const [xmin, xmax, running = ''] = snapshot.split(':');
  if (xid < Number(xmin)) return true;
  if (xid >= Number(xmax)) return false;
  return !running.split(',').includes(String(xid));
}
