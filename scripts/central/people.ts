import type pg from 'pg';
import { normalizeEmail } from '../../shared/domain/login-role.ts';
import type { Role } from '../../shared/domain/roles.ts';
import { refused } from './failures.ts';

export interface FoundPerson {
  id: string;
  organization_id: string;
  email: string;
  name: string;
  role: Role;
}

/** Whoever has an address; one address is one person in the whole database. */
export async function findPerson(client: pg.Client, email: string): Promise<FoundPerson> {
  const { rows } = await client.query<FoundPerson>(
    'select id, organization_id, email, name, role from public.users where app.normalized_email(email) = $1',
    [normalizeEmail(email)],
  );
  if (!rows[0]) throw refused('PERSON_UNKNOWN', `nobody has the address ${email}`, 'see "person list"');
  return rows[0];
}

/** The organization by its slug; without one, the only one that there is. */
export async function findOrganization(client: pg.Client, slug: string | undefined): Promise<string> {
  const { rows } = await client.query<{ id: string; slug: string }>(
    'select id, slug from public.organizations where $1::text is null or slug = $1 order by slug',
    [slug ?? null],
  );
  const [only, ...more] = rows;
  if (only && more.length === 0) return only.id;
  const known = rows.map((row) => row.slug).join(', ');
  throw slug === undefined
    ? refused('ORGANIZATION_NOT_NAMED', `there are several organizations: ${known}`, 'name one with --organization <slug>')
    : refused('ORGANIZATION_UNKNOWN', `there is no organization ${slug}`, 'see "person list"');
}

/** A company of the kind that an external role belongs to, by its name. */
export async function findCompany(client: pg.Client, organization: string, type: string, name: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select id from public.contacts where organization_id = $1 and type = $2 and lower(company_name) = lower($3)',
    [organization, type, name],
  );
  const [only, ...more] = rows;
  if (only && more.length === 0) return only.id;
  throw refused(
    'COMPANY_UNKNOWN',
    only ? `several companies of type ${type} are called ${name}` : `there is no company ${name} of type ${type}`,
    'give the name as it stands among the contacts',
  );
}
