import { sql, type SQL } from 'drizzle-orm';

/** So many projects of one customer are looked at; few customers ever have as many. */
const LATEST = 1_000;

/**
 * The projects of a customer that came into the replica last, by the order that the index of customers has anyway: a customer
 * with ten thousand of them costs no more than one with a thousand.
 */
export const latestOf = (customerId: string, limit = LATEST): SQL =>
  sql`projects.rowid in (select latest.rowid from projects latest where latest.customer_id = ${customerId} order by latest.rowid desc limit ${limit})`;
