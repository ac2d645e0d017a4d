import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { applyMigrations, centralMigrations } from '../../../db/central/migrations.ts';
import { createPerson } from '../../../db/central/people.ts';
import { toFailure } from '../../../shared/errors.ts';
import type { Manifest } from './manifest.ts';
import { differingTables, runScript } from './restore-centre.ts';
import { noChecks, type CentralProof, type Verification } from './verify.ts';

/**
 * Restores into a database of its own on the given server, looks at it as its owner and as a person would, and drops it.
 * @param server the URL of a superuser
 */
export const proofOn =
  (server: string): CentralProof =>
  async (file, manifest, options) => {
    const name = `fp_verify_${randomBytes(6).toString('hex')}`;
    await onServer(server, `create database ${name} encoding 'UTF8' template template0`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const roles: string[] = [];
    try {
      return await withClient(url.href, async (client) => {
        if (manifest.kind === 'data') await applyMigrations(client, centralMigrations.filter(({ version }) => version <= manifest.application.central_schema));
        await client.query('begin');
        await runScript(client, file, manifest, options);
        await client.query('commit');
        return await look(client, url, manifest, roles);
      });
    } finally {
      await onServer(server, `drop database if exists ${name} with (force)`);
      for (const role of roles) await onServer(server, `drop role if exists "${role}"`);
    }
  };

async function look(client: pg.Client, url: URL, manifest: Manifest, roles: string[]): Promise<Pick<Verification, 'checks' | 'faults'>> {
  const { counts, checksums } = await differingTables(client, manifest.tables);
  const unprotected = await listOf(client, `
    select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'may_read'))`);
  const unchecked = await listOf(client, `select conname as name from pg_constraint where contype = 'f' and not convalidated`);
  const faults = [
    ...counts.map((table) => `count of ${table}`),
    ...checksums.map((table) => `rows of ${table}`),
    ...unprotected.map((table) => `no policies on ${table}`),
    ...unchecked.map((constraint) => `${constraint} is not checked`),
  ];
  const seen = manifest.kind === 'schema' ? {} : await lookAsPerson(client, url, roles, faults);
  return {
    checks: {
      ...noChecks(),
      archive: true,
      connection: true,
      counts: counts.length === 0,
      checksums: checksums.length === 0,
      // All were checked at the end of the transaction; one that is broken would have ended it.
      relationships: unchecked.length === 0,
      policies: unprotected.length === 0,
      ...seen,
    },
    faults,
  };
}

/** A manager signs in with SCRAM and reads what there is of their organization. */
async function lookAsPerson(client: pg.Client, url: URL, roles: string[], faults: string[]): Promise<Partial<Verification['checks']>> {
  const { rows } = await client.query<{ id: string; organization: string; projects: string; documents: string }>(`
    select u.id, u.organization_id as organization,
           (select count(*) from public.projects p where p.organization_id = u.organization_id) as projects,
           (select count(*) from public.documents d where d.organization_id = u.organization_id) as documents
      from public.users u where u.role in ('admin', 'management') and u.status = 'active' order by 3 desc, 1 limit 1`);
  const person = rows[0];
  if (!person) return {};
  const password = randomBytes(24).toString('base64url');
  const role = await createPerson(client, { userId: person.id, password, mustChange: false });
  roles.push(role);
  const own = new URL(url.href);
  own.username = role;
  own.password = password;
  try {
    return await withClient(own.href, async (theirs) => {
      const { rows: read } = await theirs.query<{ projects: string; documents: string }>(
        'select (select count(*) from public.projects) as projects, (select count(*) from public.documents) as documents',
      );
      const projects = read[0]?.projects === person.projects;
      const documents = read[0]?.documents === person.documents;
      if (!projects) faults.push('projects as a person reads them');
      if (!documents) faults.push('documents as a person reads them');
      return { 'sign-in': true, projects, documents };
    });
  } catch (error) {
    faults.push(`signing in: ${toFailure(error).error.message}`);
    return { 'sign-in': false, projects: false, documents: false };
  }
}

const listOf = async (client: pg.Client, sql: string): Promise<string[]> => (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name);

const onServer = (url: string, statement: string): Promise<unknown> => withClient(url, (client) => client.query(statement));

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
