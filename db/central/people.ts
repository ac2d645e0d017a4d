import { createHash, randomInt } from 'node:crypto';
import pg, { type ClientBase } from 'pg';
import { loginRoleName } from '../../shared/domain/login-role.ts';
import { isInternal, type Role } from '../../shared/domain/roles.ts';
import { scramVerifier } from './scram.ts';

const groupRoles = ['fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin'] as const;

/** No letters or digits that are mistaken for one another when read aloud or from paper. */
const oneTimeAlphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const oneTimeLength = 16;

export const oneTimePassword = (): string =>
  Array.from({ length: oneTimeLength }, () => oneTimeAlphabet.charAt(randomInt(oneTimeAlphabet.length))).join('');

export interface NewPerson {
  /** A row of public.users. */
  userId: string;
  email: string;
  role: Role;
  password: string;
  /** Whether the password has to be changed before anything else. */
  mustChange: boolean;
}

/** The group roles that a person of this role belongs to. */
export function groupsOf(role: Role): string[] {
  const groups = ['fp_person', isInternal(role) ? 'fp_internal' : role === 'supplier' ? 'fp_supplier' : 'fp_customer'];
  return role === 'admin' ? [...groups, 'fp_admin'] : groups;
}

/**
 * Gives a person their role to sign in with, or brings an existing one to this state: password, groups, the row in
 * app.logins. Needs a connection that may create roles; takes part in the caller's transaction, and so does the role.
 * Answers the role's name.
 */
export async function createPerson(client: ClientBase, person: NewPerson): Promise<string> {
  const database = await client.query<{ name: string }>('select current_database() as name');
  const roleName = loginRoleName(database.rows[0]?.name ?? '', person.email, (text) =>
    createHash('sha256').update(text).digest('hex'),
  );
  const role = pg.escapeIdentifier(roleName);
  const password = pg.escapeLiteral(scramVerifier(person.password));
  const existing = await client.query<{ privileged: boolean }>(
    'select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication as privileged from pg_roles where rolname = $1',
    [roleName],
  );
  if (existing.rows[0]?.privileged) {
    throw new Error(`the role ${roleName} has rights that no person may have: drop it first`);
  }
  if (existing.rows[0]) {
    await client.query(`alter role ${role} login password ${password}`);
  } else {
    await client.query(
      `create role ${role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${password}`,
    );
  }
  await setGroups(client, roleName, groupsOf(person.role));
  await client.query(
    `insert into app.logins (user_id, role_name, must_change_password) values ($1, $2, $3)
     on conflict (user_id) do update set role_name = excluded.role_name, must_change_password = excluded.must_change_password`,
    [person.userId, roleName, person.mustChange],
  );
  return roleName;
}

async function setGroups(client: ClientBase, roleName: string, wanted: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select g.rolname::text as name from pg_auth_members m
       join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member
      where r.rolname = $1 and g.rolname = any ($2)`,
    [roleName, groupRoles],
  );
  const present = new Set(rows.map(({ name }) => name));
  const role = pg.escapeIdentifier(roleName);
  for (const group of wanted.filter((name) => !present.has(name))) await client.query(`grant ${group} to ${role}`);
  for (const group of [...present].filter((name) => !wanted.includes(name))) {
    await client.query(`revoke ${group} from ${role}`);
  }
}
