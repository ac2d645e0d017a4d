import pg, { type ClientBase } from 'pg';

/**
 * The databases that every cluster has, and what PostgreSQL lets any account do there that nobody needs. Whoever is
 * connected to template1 keeps everybody from creating databases. The other is where owners without rights of the server
 * begin, so it stays open to connections.
 */
const everyClusters = { postgres: ['TEMPORARY'], template1: ['CONNECT', 'TEMPORARY'] } as const;

/**
 * Takes those rights from the public. Needs the owner of the databases, or a superuser. Answers the statements that somebody
 * else has to execute, because this account may not.
 */
export async function closeNeighbours(client: ClientBase): Promise<string[]> {
  const left: string[] = [];
  for (const [name, needless] of Object.entries(everyClusters)) {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_has_role(d.datdba, 'usage') as mine
         from pg_database d cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        where d.datname = $1 and d.datname <> current_database() and a.grantee = 0 and a.privilege_type = any ($2) limit 1`,
      [name, needless],
    );
    if (!rows[0]) continue;
    const statement = `revoke ${needless.join(', ').toLowerCase()} on database ${pg.escapeIdentifier(name)} from public`;
    if (rows[0].mine) await client.query(statement);
    else left.push(statement);
  }
  return left;
}
