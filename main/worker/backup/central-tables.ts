import type { ClientBase } from 'pg';
import { accessCondition } from '../../../shared/domain/access-rules.ts';
import type { Reference } from './manifest.ts';

/** A table of the centre as it goes into an export. */
export interface CentralTable {
  /** As in a statement: `projects`, or `app.code_counters`. */
  name: string;
  columns: string[];
  /** Of these, the ones that hold a list. */
  lists: string[];
  key: string[];
  /** Columns of other tables' rows that this one points to. */
  references: Reference[];
  /** The sequences behind its columns. */
  sequences: { column: string; sequence: string }[];
}

/**
 * Tables beside the replicated ones that a restored centre has to go on from, parents first, and which of their rows belong to
 * an organization; only the owner reads them. The contents of files are among them, but for those in a bucket: of these an export
 * has where they are. The bucket's key is in none.
 */
const ownersTables: Readonly<Record<string, (organization: string) => string>> = {
  'app.code_counters': (organization) => `t.organization_id = ${organization}`,
  'files.buckets': (organization) => `t.id in (select b.bucket_id from files.blobs b where b.organization_id = ${organization})`,
  'files.blobs': (organization) => `t.organization_id = ${organization}`,
  'files.chunks': (organization) => `t.blob_id in (select b.id from files.blobs b where b.organization_id = ${organization})`,
  'files.document_files': (organization) => `t.document_id in (select d.id from public.documents d where d.organization_id = ${organization})`,
};

/** Which rows of a table belong to an organization; null for all. */
export function conditionOf(name: string, organizationId: string | null): string {
  if (organizationId === null) return 'true';
  const organization = `'${organizationId}'`;
  return ownersTables[name]?.(organization) ?? `t.organization_id = ${organization}`;
}

/** What the transaction of a restore sets anew: it numbers the transactions of another database. */
const MADE_ANEW = 'sync_xid';

/** Tables that an administrator reads in part, because the rest is somebody else's: messages, notifications, views. */
export const isReadInPart = (name: string): boolean => !name.includes('.') && accessCondition('admin', 'read', name) !== 'always';

/** The tables of an export, parents first, as the catalogs describe them. */
export async function readCentralTables(client: ClientBase, asOwner: boolean): Promise<CentralTable[]> {
  const { rows: replicated } = await client.query<{ name: string }>('select table_name as name from sync.replicated_table order by load_order');
  const names = [...replicated.map(({ name }) => name), ...(asOwner ? Object.keys(ownersTables) : [])];
  const tables: CentralTable[] = [];
  for (const name of names) {
    const regclass = name.includes('.') ? name : `public.${name}`;
    // JSON, because the person's connection answers everything as the text that the server prints.
    const { rows } = await client.query<{ facts: string | Facts }>(factsSql, [regclass]);
    const found = rows[0]?.facts;
    if (found === undefined) continue;
    const facts = typeof found === 'string' ? (JSON.parse(found) as Facts) : found;
    tables.push({
      name,
      columns: facts.columns.filter((column) => column !== MADE_ANEW),
      lists: facts.lists,
      key: facts.key,
      references: facts.references.map((reference) => ({ table: name, ...reference, target: plainName(reference.target) })),
      sequences: facts.sequences,
    });
  }
  return tables;
}

const plainName = (name: string): string => name.replace(/^public\./, '');

interface Facts {
  columns: string[];
  lists: string[];
  key: string[];
  references: Omit<Reference, 'table'>[];
  sequences: { column: string; sequence: string }[];
}

const namesOf = (numbers: string, relation: string): string =>
  `(select json_agg(a.attname order by k.position) from unnest(${numbers}) with ordinality k (number, position)
      join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.number)`;

const factsSql = `
  select json_build_object(
    'columns', (select json_agg(a.attname order by a.attnum) from pg_attribute a
                 where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                   and has_column_privilege(c.oid, a.attnum, 'select')),
    'lists', coalesce((select json_agg(a.attname order by a.attnum) from pg_attribute a join pg_type y on y.oid = a.atttypid
                 where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and y.typcategory = 'A'), '[]'),
    'key', (select ${namesOf('p.conkey', 'c.oid')} from pg_constraint p where p.conrelid = c.oid and p.contype = 'p'),
    'references', coalesce((select json_agg(json_build_object(
        'columns', ${namesOf('f.conkey', 'f.conrelid')},
        'target', (select format('%s.%s', n.nspname, t.relname) from pg_class t join pg_namespace n on n.oid = t.relnamespace where t.oid = f.confrelid),
        'target_columns', ${namesOf('f.confkey', 'f.confrelid')}) order by f.conname)
      from pg_constraint f where f.conrelid = c.oid and f.contype = 'f'), '[]'),
    'sequences', coalesce((select json_agg(json_build_object('column', a.attname, 'sequence', pg_get_serial_sequence(c.oid::regclass::text, a.attname)))
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       and pg_get_serial_sequence(c.oid::regclass::text, a.attname) is not null), '[]')) as facts
  from pg_class c where c.oid = to_regclass($1)`;

/** An expression for each column: where a row may point to one that was left out, it points to nothing instead. */
export function columnExpressions(table: CentralTable, asOwner: boolean): { expressions: string[]; cleared: string[] } {
  const cleared = asOwner
    ? []
    : table.references.filter(({ target }) => isReadInPart(target)).map((reference) => ({ reference, column: ownColumn(reference) }));
  const expressions = table.columns.map((name) => {
    const found = cleared.find(({ column }) => column === name);
    if (!found) return `t."${name}"`;
    return `case when exists (select from public."${found.reference.target}" p where p.id = t."${name}") then t."${name}" end`;
  });
  return { expressions, cleared: cleared.map(({ column }) => column) };
}

/** Of a reference within an organization, the column that names the row. */
const ownColumn = ({ columns }: Reference): string => columns.find((column) => column !== 'organization_id') ?? '';
