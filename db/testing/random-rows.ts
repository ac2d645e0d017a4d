import type { ClientBase } from 'pg';
import fc, { type GeneratorValue } from 'fast-check';

/*
 * Rows of every replicated table that the schema allows and nobody would type: what the catalogs say of columns, checks and
 * references decides what is drawn, so that a new table or column is in it by itself.
 */

interface Column {
  name: string;
  type: string;
  required: boolean;
  /** The table whose row it names. */
  target: string | null;
  /** The checks that are about it. */
  checks: string[];
  scale: number | null;
  precision: number | null;
}

const columnsSql = `
  select r.table_name as "table", a.attname as name, t.typname as type, a.attnotnull as required,
         case when t.typname = 'numeric' and a.atttypmod > 0 then ((a.atttypmod - 4) >> 16) & 65535 end as precision,
         case when t.typname = 'numeric' and a.atttypmod > 0 then (a.atttypmod - 4) & 65535 end as scale,
         (select f.confrelid::regclass::text from pg_constraint f
           where f.contype = 'f' and f.conrelid = a.attrelid and f.conkey[cardinality(f.conkey)] = a.attnum limit 1) as target,
         array(select pg_get_constraintdef(k.oid) from pg_constraint k
                where k.contype = 'c' and k.conrelid = a.attrelid and k.conkey = array[a.attnum] order by k.conname) as checks
    from sync.replicated_table r
    join pg_attribute a on a.attrelid = ('public.' || r.table_name)::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    join pg_type t on t.oid = a.atttypid
   where a.attname <> 'sync_xid'
   order by r.load_order, a.attnum`;

/** Text that looks like the formats it goes through, in the letters of the country. */
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...Array.from('ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ ,.-')), maxLength: 40 }),
  fc.constantFrom('\\.', '\\N', '\n\\.\n', '$$', '--', "'", '"', '\u{1F3ED}', 'ế'.normalize('NFD'), '\t\r\n\v\b\f', '{"a":1}', '{a,b}', ' ', '', 'NULL', '\u2028', '\uFEFF', '\\\\', '\u007f'),
).map((text) => text.replaceAll('\0', ''));

const moments = fc.oneof(
  fc.constantFrom('4714-11-24 00:00:00+00 BC', '0001-01-01 00:00:00+00', '1970-01-01 00:00:00+00', '2025-09-01 02:30:43.123456+00', '9999-12-31 23:59:59.999999+00', '294276-12-31 23:59:59.999999+00', 'infinity', '-infinity'),
  fc.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2200-01-01') }).map((date) => date.toISOString()),
);
const days = fc.oneof(
  fc.constantFrom('4714-11-24 BC', '0001-01-01', '2024-02-29', '9999-12-31', '5874897-12-31', 'infinity', '-infinity'),
  fc.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2200-01-01') }).map((date) => date.toISOString().slice(0, 10)),
);
const json = fc.oneof(
  fc.constantFrom('{}', '[]', 'null', '{"số": 12345678901234567890.000000001, "rỗng": null, "danh sách": [[], {}]}', '[1e-300, -0.10, 1E+20]'),
  // What PostgreSQL's JSON cannot hold is no row of ours.
  fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }).map((value) => JSON.stringify(value)).map((value) => value.replaceAll('\\u0000', '').replace(/\\ud[89a-f]../gi, '')),
);
const identifiers = fc.uuid();

function numbers({ type, precision, scale, checks }: Column): fc.Arbitrary<string> {
  if (type === 'int4') return fc.oneof(fc.constantFrom('-2147483648', '-1', '0', '1', '100', '2147483647'), fc.integer({ min: 0, max: 100 }).map(String));
  if (type === 'int8') return fc.oneof(fc.constantFrom('-9223372036854775808', '0', '9007199254740993', '9223372036854775807'), fc.maxSafeNat().map(String));
  const whole = '9'.repeat((precision ?? 38) - (scale ?? 18));
  const finite = fc.constantFrom(`${whole}.${'9'.repeat(scale ?? 18)}`, `-${whole}`, '0', '0.01', '1', '12.5', '99');
  return checks.some((check) => check.includes('NaN')) ? finite : fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: fc.constant('NaN') });
}

function textOf({ checks }: Column): fc.Arbitrary<string> {
  const all = checks.join(' ');
  const choice = /ANY \(ARRAY\[(.*?)\]\)/.exec(all)?.[1];
  if (choice !== undefined) return fc.constantFrom(...[...choice.matchAll(/'([^']*)'::text/g)].map(([, value]) => value as string));
  const pattern = / ~ '([^']+)'::text/.exec(all)?.[1];
  const most = Number(/char_length\(\w+\) <= (\d+)/.exec(all)?.[1] ?? 1_000);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter((text) => text.length <= most);
  if (all.includes('https?')) return texts.map((text) => `https://nhà.vn/${text}`);
  return texts.map((text) => Array.from(all.includes('btrim') ? `x${text}` : text).slice(0, most).join(''));
}

function valueOf(column: Column): fc.Arbitrary<string> {
  switch (column.type) {
    case 'bool':
      return fc.constantFrom('t', 'f');
    case 'uuid':
      return identifiers;
    case 'jsonb':
      return json;
    case 'date':
      return days;
    case 'timestamptz':
      return moments;
    case '_text':
      return fc.array(fc.option(texts, { freq: 9 }), { maxLength: 4 }).map((list) => `{${list.map((text) => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`);
    case 'text':
      return textOf(column);
    default:
      return numbers(column);
  }
}

/** How often a value that breaks a rule of the schema is drawn anew. */
const TRIES = 100;

type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

interface Rule {
  table: string;
  name: string;
  columns: string[];
}

const rulesSql = `
  select c.conrelid::regclass::text as "table", c.conname as name,
         array(select a.attname::text from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey)) as columns
    from pg_constraint c join sync.replicated_table r on c.conrelid = ('public.' || r.table_name)::regclass
   where c.contype in ('c', 'u')`;

/**
 * Adds rows to every replicated table and to the contents of files, for one organization, circles among them; in the caller's
 * transaction, which has to be one of maintenance. Answers how many there are of each table.
 * @param each so many rows of a table, fewer where the schema allows fewer
 */
export async function addRandomRows(client: ClientBase, gen: GeneratorValue, organizationId: string, each: number): Promise<Map<string, number>> {
  const draw: Draw = (arbitrary) => gen(() => arbitrary);
  const { rows: columns } = await client.query<Column & { table: string }>(columnsSql);
  const { rows: rules } = await client.query<Rule>(rulesSql);
  const names = [...new Set(columns.map(({ table }) => table))].filter((name) => name !== 'organizations');
  // The ids of all rows come first, so that references lead forwards, too.
  const ids = new Map(names.map((name) => [name, Array.from({ length: each }, () => draw(identifiers))]));
  await client.query('set constraints all deferred');
  await client.query('update public.organizations set name = $2, description = $3, settings = $4 where id = $1', [organizationId, `x${draw(texts)}`, draw(texts), draw(json)]);
  const added = new Map([['organizations', 1]]);
  for (const name of names) {
    const own = columns.filter(({ table }) => table === name);
    const facts = { name, columns: own, rules: rules.filter(({ table }) => table === name) };
    // Of what there may be one of an organization, this one takes the place.
    if (facts.rules.some((rule) => rule.columns.join() === 'organization_id')) await client.query(`delete from public."${name}" where organization_id = $1`, [organizationId]);
    let count = 0;
    for (const id of ids.get(name) ?? []) if (await addRow(client, draw, facts, ids, id, organizationId)) count += 1;
    added.set(name, count);
  }
  await closeCircle(client, ids);
  await addContents(client, draw, organizationId, ids);
  return added;
}

async function addRow(
  client: ClientBase,
  draw: Draw,
  table: { name: string; columns: Column[]; rules: Rule[] },
  ids: ReadonlyMap<string, string[]>,
  id: string,
  organizationId: string,
): Promise<boolean> {
  const value = (column: Column): string | null => {
    if (column.name === 'id') return id;
    if (column.name === 'organization_id') return organizationId;
    if (!column.required && draw(fc.nat({ max: 3 })) === 0) return null;
    return column.target === null ? draw(valueOf(column)) : draw(fc.constantFrom(...(ids.get(column.target) ?? [])));
  };
  const row = new Map(table.columns.map((column) => [column.name, value(column)]));
  const names = [...row.keys()].map((name) => `"${name}"`).join(', ');
  const places = [...row.keys()].map((_, index) => `$${index + 1}`).join(', ');
  for (let tries = 0; tries < TRIES; tries++) {
    await client.query('savepoint random_row');
    try {
      await client.query(`insert into public."${table.name}" (${names}) values (${places})`, [...row.values()]);
      await client.query('release random_row');
      return true;
    } catch (error) {
      await client.query('rollback to random_row');
      const { constraint, code } = error as { constraint?: string; code?: string };
      if (constraint === undefined || !code?.startsWith('23')) throw error;
      const broken = table.rules.find(({ name }) => name === constraint)?.columns ?? [...row.keys()];
      for (const column of table.columns) if (broken.includes(column.name)) row.set(column.name, value(column));
    }
  }
  return false;
}

/** Two people who are each other's managers, and two messages that are each other's threads. */
async function closeCircle(client: ClientBase, ids: ReadonlyMap<string, string[]>): Promise<void> {
  for (const [table, column] of [['users', 'direct_manager_id'], ['messages', 'thread_id']] as const) {
    const [one, other] = ids.get(table) ?? [];
    await client.query(`update public.${table} set ${column} = case id when $1 then $2::uuid else $1::uuid end where id in ($1::uuid, $2::uuid)`, [one, other]);
  }
}

async function addContents(client: ClientBase, draw: Draw, organizationId: string, ids: ReadonlyMap<string, string[]>): Promise<void> {
  const person = ids.get('users')?.[0];
  for (const document of ids.get('documents') ?? []) {
    const blob = draw(identifiers);
    // No two are the same, which the centre would keep once.
    const bytes = Buffer.from([...draw(fc.uint8Array({ maxLength: 300 })), ...Buffer.from(blob)]);
    await client.query(
      `insert into files.blobs (id, organization_id, sha256, size, manifest, complete, created_by, created_at)
       values ($1, $2, encode(sha256($3), 'hex'), length($3), sha256($3), true, $4, $5)`,
      [blob, organizationId, bytes, person, draw(moments)],
    );
    await client.query('insert into files.chunks (blob_id, number, bytes) values ($1, 0, $2)', [blob, bytes]);
    await client.query(
      `insert into files.document_files (document_id, blob_id, sha256, linked_by) select $1, $2, encode(sha256($3), 'hex'), $4 where exists (select from public.documents where id = $1)`,
      [document, blob, bytes, person],
    );
  }
  await client.query('insert into app.code_counters (organization_id, day, last) values ($1, $2, $3) on conflict do nothing', [organizationId, draw(days), draw(fc.nat())]);
}
