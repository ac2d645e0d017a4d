import type { ClientBase } from 'pg';

export interface TargetColumn {
  name: string;
  /** As format_type gives it, e.g. `timestamp with time zone`. */
  type: string;
  notNull: boolean;
  /** The default as SQL, or null. */
  default: string | null;
}

/** A reference to another business table; the organization, which is part of it, is left out of `column`. */
export interface TargetReference {
  constraint: string;
  table: string;
  column: string;
  parent: string;
  nullable: boolean;
  /** The pairs of columns, child's and parent's, that have to be equal. */
  pairs: { child: string; parent: string }[];
}

export interface TargetSchema {
  tables: ReadonlyMap<string, TargetColumn[]>;
  references: readonly TargetReference[];
}

/** Tables of the schema public as they are: what an import can fill. */
export async function readTargetSchema(client: ClientBase): Promise<TargetSchema> {
  const columns = await client.query<{ table: string } & TargetColumn>(
    `select c.relname::text as table, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type,
            a.attnotnull as "notNull", pg_get_expr(d.adbin, d.adrelid) as default
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      order by c.relname, a.attnum`,
  );
  const tables = new Map<string, TargetColumn[]>();
  for (const { table, ...column } of columns.rows) {
    // The transaction that wrote a row is never a thing to import.
    if (column.name === 'sync_xid') continue;
    tables.set(table, [...(tables.get(table) ?? []), column]);
  }

  const references = await client.query<TargetReference>(
    `select k.conname::text as constraint, child.relname::text as table, named.attname::text as column,
            parent.relname::text as parent, not named.attnotnull as nullable, pairs.list as pairs
       from pg_constraint k
       join pg_class child on child.oid = k.conrelid
       join pg_class parent on parent.oid = k.confrelid
       join lateral (
         select jsonb_agg(jsonb_build_object('child', c.attname, 'parent', p.attname) order by u.n) as list
           from unnest(k.conkey, k.confkey) with ordinality as u (child, parent, n)
           join pg_attribute c on c.attrelid = k.conrelid and c.attnum = u.child
           join pg_attribute p on p.attrelid = k.confrelid and p.attnum = u.parent) as pairs on true
       join pg_attribute named on named.attrelid = k.conrelid and named.attnum = k.conkey[cardinality(k.conkey)]
      where k.contype = 'f' and k.connamespace = 'public'::regnamespace
      order by child.relname, k.conname`,
  );
  return { tables, references: references.rows };
}

/**
 * The SQL expression that turns a staged text into a column's type. A null falls to the default where the column
 * must have a value.
 */
export function conversion(text: string, column: TargetColumn, organization: string | null): string {
  const converted = typed(text, column.type, organization);
  return orDefault(converted, column);
}

export const orDefault = (expression: string, column: TargetColumn): string =>
  column.notNull && column.default !== null ? `coalesce(${expression}, ${column.default})` : expression;

function typed(text: string, type: string, organization: string | null): string {
  if (type === 'text') return text;
  if (type === 'date') return dateOf(text, organization);
  // Lists were kept both as arrays and as JSON.
  if (type === 'text[]') {
    return `case when ${text} ~ '^\\s*\\[' then array(select jsonb_array_elements_text(${text}::jsonb)) else ${text}::text[] end`;
  }
  return `${text}::${type}`;
}

/**
 * The old system kept days as instants: at midnight UTC, or at midnight of the organization's own zone. The session's
 * zone is UTC, so that a plain date reads as midnight UTC.
 */
function dateOf(text: string, organization: string | null): string {
  const instant = `${text}::timestamptz`;
  const utcDay = `(${instant} at time zone 'UTC')::date`;
  if (organization === null) return utcDay;
  return `case when (${instant} at time zone 'UTC')::time = '00:00' then ${utcDay}
    else (${instant} at time zone coalesce((select o.timezone from public.organizations o where o.id = ${organization}::uuid), 'UTC'))::date end`;
}
