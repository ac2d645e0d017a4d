import pg, { type ClientBase } from 'pg';

/**
 * The databases that every cluster has. PostgreSQL lets any account connect to them and make temporary tables and large
 * objects there, and whoever holds template1 keeps everybody from creating a database.
 */
const everyClusters = ['postgres', 'template1'] as const;

/**
 * Keeps accounts without rights of their own out of the databases that every cluster has. Needs their owner or a superuser.
 * Answers the names of those that stay open.
 */
export async function closeNeighbours(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string; mine: boolean }>(
    `select d.datname as name, pg_has_role(d.datdba, 'usage') as mine from pg_database d
      where d.datname = any ($1) and d.datname <> current_database() and d.datallowconn
        and exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where a.grantee = 0)
      order by 1`,
    [everyClusters],
  );
  for (const { name } of rows.filter(({ mine }) => mine)) {
    await client.query(`revoke all on database ${pg.escapeIdentifier(name)} from public`);
  }
  return rows.filter(({ mine }) => !mine).map(({ name }) => name);
}
