import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { accessRules } from '../../../shared/domain/access-rules.ts';
import { isInternal, type Role } from '../../../shared/domain/roles.ts';
import type { DemoRow } from '../../demo/rows.ts';
import { insertRows } from '../../testing/workflow-cases.ts';

/*
 * Rows of every table whose every text, JSON and amount is a canary: a value that occurs nowhere else, so that an answer
 * which holds it shows from which row it came.
 */

/** Whose row: of one of the two companies of an organization. Suppliers and customers belong to the first. */
export interface Scope {
  organization: string;
  company: 1 | 2;
}

interface Canary extends Scope {
  table: string;
  column: string;
}

interface Column {
  name: string;
  type: string;
  required: boolean;
  hasDefault: boolean;
  /** The values that a check constraint lists. */
  literals: string[] | null;
  /** The table that it refers to. */
  target: string | null;
}

/** Columns whose form a check constraint prescribes. */
const shaped: Readonly<Record<string, (token: () => string) => DemoRow[string]>> = {
  'users.email': (token) => `${token()}@case.example`,
  color: () => '#123456',
  currency: () => 'VND',
  external_url: (token) => `https://drive.example/${token()}`,
  sha256: () => null,
  content_sha256: () => null,
  steps: (token) => [token()],
};

/** Values that decide who sees the row. */
function deciding(table: string, column: string, { company }: Scope): DemoRow[string] | undefined {
  const first = company === 1;
  switch (`${table}.${column}`) {
    case 'contacts.type':
      return 'partner';
    case 'users.role':
      return 'qa';
    case 'documents.access_level':
      return first ? 'external' : 'confidential';
    case 'supplier_rfqs.status':
      return 'sent';
    case 'activity_log.entity_type':
      return 'supplier_quotes';
    case 'sync_conflicts.table_name':
      return first ? 'supplier_quotes' : 'documents';
    case 'project_stage_history.kind':
      return 'enter';
    case 'approval_delegations.delegate_id':
      return randomUUID();
    case 'workflow_stages.is_active':
    case 'workflow_sub_stages.is_active':
      return false;
    default:
      return undefined;
  }
}

const tokenPattern = /cnr[0-9a-z]{4}x|831\d{5}/g;

export class Canaries {
  readonly tables: string[] = [];
  private readonly known = new Map<string, Canary>();
  private readonly ids = new Map<string, string>();
  private readonly readable = new Map<string, Set<string>>();
  private made = 0;

  /** The id of the row of a scope. */
  idOf(table: string, { organization, company }: Scope): string {
    const id = this.ids.get(`${table} ${organization} ${company}`);
    if (id === undefined) throw new Error(`${table} has no row of company ${company} of ${organization}`);
    return id;
  }

  has(table: string, { organization, company }: Scope): boolean {
    return this.ids.has(`${table} ${organization} ${company}`);
  }

  /** Fills every replicated table. Roles and what they may read as columns are those of the centre. */
  async plant(client: Client, organizations: readonly string[]): Promise<void> {
    const { rows: tables } = await client.query<{ name: string }>(
      'select table_name as name from sync.replicated_table order by load_order',
    );
    this.tables.push(...tables.map(({ name }) => name));
    const scopes = organizations.flatMap((organization) =>
      ([1, 2] as const).map((company): Scope => ({ organization, company })),
    );
    for (const scope of scopes) {
      for (const table of this.tables) {
        const isOrganization = table === 'organizations';
        // One per organization.
        if (scope.company === 2 && (isOrganization || table === 'google_drive_config')) continue;
        this.ids.set(
          `${table} ${scope.organization} ${scope.company}`,
          isOrganization ? scope.organization : randomUUID(),
        );
      }
    }
    await client.query('begin');
    // No triggers and no references: everything arrives as written.
    await client.query("set local session_replication_role = 'replica'");
    for (const table of this.tables) {
      const columns = await columnsOf(client, table);
      for (const scope of scopes.filter((one) => this.has(table, one))) {
        const row = Object.fromEntries(
          columns
            .map((column) => [column.name, this.value(table, column, scope)])
            .filter(([, value]) => value !== undefined),
        ) as DemoRow;
        if (table === 'organizations') await update(client, table, scope.organization, row);
        else await insertRows(client, table, [{ ...row, id: this.idOf(table, scope) }]);
      }
    }
    await client.query('commit');
    await client.query('analyze');
    await this.learnColumns(client);
  }

  private value(table: string, column: Column, scope: Scope): DemoRow[string] | undefined {
    const { name, type, target, literals, required, hasDefault } = column;
    if (name === 'organization_id') return table === 'organizations' ? undefined : scope.organization;
    if (['id', 'created_at', 'updated_at', 'sync_xid', 'timezone', 'slug'].includes(name) && table === 'organizations')
      return undefined;
    const decided = deciding(table, name, scope);
    if (decided !== undefined) return decided;
    if (target !== null) return target !== table && this.has(target, scope) ? this.idOf(target, scope) : null;
    if (name === 'default_currency') return 'VND';
    const form = shaped[`${table}.${name}`] ?? shaped[name];
    const token = () => this.token({ table, column: name, ...scope });
    if (form) return form(token);
    if (literals !== null) return hasDefault ? undefined : (literals[0] ?? null);
    if (type === 'text') return token();
    if (type === 'jsonb') return { kept: token() };
    if (type === 'text[]' && !name.endsWith('_roles')) return [token()];
    if (type.startsWith('numeric(18') || type.startsWith('numeric(24') || type === 'bigint') return this.amount({ table, column: name, ...scope });
    if (!required || hasDefault) return undefined;
    if (type === 'uuid') return randomUUID();
    if (type === 'integer') return 1;
    return new Date().toISOString();
  }

  private token(canary: Canary): string {
    this.made += 1;
    const token = `cnr${this.made.toString(36).padStart(4, '0')}x`;
    this.known.set(token, canary);
    return token;
  }

  private amount(canary: Canary): number {
    this.made += 1;
    const amount = 83_100_000 + this.made;
    this.known.set(String(amount), canary);
    return amount;
  }

  private async learnColumns(client: Client): Promise<void> {
    const { rows } = await client.query<{ grantee: string; name: string }>(
      `select grantee, table_name || '.' || column_name as name from information_schema.column_privileges
        where table_schema = 'public' and privilege_type = 'SELECT' and grantee in ('fp_internal', 'fp_supplier', 'fp_customer')`,
    );
    for (const { grantee, name } of rows)
      this.readable.set(grantee, (this.readable.get(grantee) ?? new Set()).add(name));
  }

  /** The columns of a table that a role may read at all, or `*` where there is none. */
  columnsFor(role: Role, table: string): string {
    const granted = this.readable.get(groupOf(role)) ?? new Set();
    const names = [...granted]
      .filter((name) => name.startsWith(`${table}.`))
      .map((name) => `t.${name.slice(table.length + 1)}`);
    return names.length === 0 ? 't.*' : names.join(', ');
  }

  /** Whether this person's role lets them read that row, by the rules and apart from the centre's policies. */
  maySeeRow(role: Role, organization: string, table: string, scope: Scope): boolean {
    if (scope.organization !== organization) return false;
    switch (accessRules[table]?.read?.[role]) {
      case undefined:
      case 'own':
      case 'project_work':
        return false;
      case 'always':
        return true;
      case 'readable':
        return scope.company === 1 && accessRules['supplier_quotes']?.read?.[role] === 'always';
      default:
        return scope.company === 1;
    }
  }

  private maySee(role: Role, organization: string, { table, column, ...scope }: Canary): boolean {
    return (
      this.maySeeRow(role, organization, table, scope) &&
      (this.readable.get(groupOf(role))?.has(`${table}.${column}`) ?? false)
    );
  }

  /** Which canaries in a text this person may not see; null where none. */
  leaked(role: Role, organization: string, text: string): string | null {
    const told = new Set(text.match(tokenPattern) ?? []);
    const forbidden = [...told].flatMap((token) => {
      const canary = this.known.get(token);
      return canary && !this.maySee(role, organization, canary)
        ? [
            `${canary.table}.${canary.column} of ${canary.organization === organization ? `company ${canary.company}` : 'another organization'}`,
          ]
        : [];
    });
    return forbidden.length === 0 ? null : forbidden.slice(0, 3).join(', ');
  }

  /** Which canaries this person may see are missing in a text. */
  missing(role: Role, organization: string, table: string, text: string): string[] {
    const told = new Set(text.match(tokenPattern) ?? []);
    return [...this.known]
      .filter(
        ([token, canary]) => canary.table === table && this.maySee(role, organization, canary) && !told.has(token),
      )
      .map(([, { column, company }]) => `${role}: ${table}.${column} of company ${company}`);
  }
}

const groupOf = (role: Role): string => (isInternal(role) ? 'fp_internal' : `fp_${role}`);

async function columnsOf(client: Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required, a.atthasdef as "hasDefault",
            (select array_agg(m[1]) from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([a-z_0-9]+)''::text', 'g') m
              where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum] and pg_get_constraintdef(c.oid) like '%= ANY (ARRAY[%') as literals,
            (select c.confrelid::regclass::text from pg_constraint c
              where c.conrelid = a.attrelid and c.contype = 'f' and c.conkey[cardinality(c.conkey)] = a.attnum and a.attname <> 'organization_id' limit 1) as target
       from pg_attribute a
      where a.attrelid = format('public.%I', $1::text)::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attnum`,
    [table],
  );
  return rows;
}

async function update(client: Client, table: string, id: string, row: DemoRow): Promise<void> {
  const assignments = Object.keys(row)
    .map((name) => `${name} = p.${name}`)
    .join(', ');
  await client.query(
    `update public.${table} t set ${assignments} from jsonb_populate_record(null::public.${table}, $2) p where t.id = $1`,
    [id, JSON.stringify(row)],
  );
}
