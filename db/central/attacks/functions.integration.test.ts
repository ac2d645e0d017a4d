import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '../../../shared/domain/roles.ts';
import { push } from '../../testing/person.ts';
import { beginSiege, nameOf, ours, theirs, type Attacker, type Siege } from './siege.ts';

interface Callable {
  name: string;
  /** The types of its arguments. */
  types: string[];
  open: boolean;
}

let siege: Siege;
let functions: Callable[];
/** A row of the attackers' organization, one of the other, one of another company, a device of somebody else. */
let ids: { own: string; foreign: string; hidden: string; device: string };

beforeAll(async () => {
  siege = await beginSiege();
  const device = randomUUID();
  const owner = siege.attackers.find(({ organization }) => organization === theirs);
  await owner?.client.query('select sync.hello($1)', [
    { id: device, name: 'x', platform: 'x', app_version: '1', client_version: 1000 },
  ]);
  ids = {
    own: siege.canaries.idOf('projects', { organization: ours, company: 1 }),
    foreign: siege.canaries.idOf('projects', { organization: theirs, company: 1 }),
    hidden: siege.canaries.idOf('documents', { organization: ours, company: 2 }),
    device,
  };
  functions = (
    await siege.central.client.query<Callable>(
      `select format('%I.%I', n.nspname, p.proname) as name,
              coalesce((select array_agg(format_type(t, null) order by place) from unnest(p.proargtypes) with ordinality as a (t, place)), '{}') as types,
              exists (select from pg_roles r where r.rolname in ('fp_person', 'fp_internal', 'fp_supplier', 'fp_customer', 'fp_admin') and has_function_privilege(r.oid, p.oid, 'execute')) as open
         from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('app', 'sync', 'files', 'public') order by 1`,
    )
  ).rows;
  await siege.accept();
});

afterAll(() => siege.end());

const injection = `'; drop table public.projects; --`;
// Not the empty one: quoted as an identifier it is refused as a mistake of syntax, which would look like a statement that broke.
const oddNames = [
  'projects',
  'documents',
  'messages',
  'pg_authid',
  'app.logins',
  'logins',
  'public.projects',
  'projects"; drop table public.projects; --',
  injection,
  '%s %I %L',
  '$1',
  'dự án',
  'x'.repeat(70),
  '\u202e',
];
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Hostile values by type, as SQL; the type is added to each. */
function hostile(type: string): string[] {
  const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const edit = (row_id: unknown, patch: unknown, more: object = {}) =>
    JSON.stringify({ id: randomUUID(), table: 'projects', op: 'update', row_id, patch, base: patch, ...more });
  const mutations = [
    edit(ids.foreign, { title: 'y' }),
    edit(ids.foreign, { organization_id: ours }),
    edit(ids.own, { organization_id: theirs }),
    edit(ids.own, { sync_xid: '1', created_at: '2001-01-01' }),
    edit(ids.hidden, { access_level: 'internal' }, { table: 'documents' }),
    edit(ids.foreign, { email: 'x@x.example' }, { table: 'users' }),
    edit(ids.own, { rolsuper: true }, { table: 'pg_authid' }),
    edit(ids.own, { role_name: 'x' }, { table: 'app.logins' }),
    edit(injection, { [injection]: injection }, { table: injection, op: injection }),
    edit(null, null),
    edit({ a: 1 }, [1, 2]),
    edit(ids.foreign, 'x', { op: 'delete' }),
    edit(randomUUID(), { title: deep(50) }, { op: 'insert', created_at: { a: 1 } }),
    'null',
    '{}',
    '[]',
    '"x"',
    '-1',
    '1e300',
    deep(3000),
  ];
  switch (type) {
    case 'uuid':
      return [
        'null',
        ...[ids.own, ids.foreign, ids.hidden, ids.device, ours, theirs, '00000000-0000-0000-0000-000000000000'].map(
          quote,
        ),
      ];
    case 'name':
    case 'text':
      return [
        'null',
        ...oddNames.map(quote),
        ...[
          'read',
          'insert',
          'update',
          'delete',
          '1:1:',
          '9223372036854775807:9223372036854775807:',
          '-1:-1:',
          `1:1:${injection}`,
          'x'.repeat(100_000),
        ].map(quote),
      ];
    case 'jsonb':
      return [
        'null',
        ...mutations.map(quote),
        ...[
          `[${mutations.join(',')}]`,
          `[null]`,
          `[[]]`,
          `[{}]`,
          `[{"id":"x"}]`,
          `{"id":"${ids.device}","name":"y","platform":"x","app_version":"1","client_version":1000}`,
          `{"id":"${injection}","client_version":"x"}`,
          `{"id":"${randomUUID()}","name":"y","client_version":99999999999}`,
          `{"id":"${randomUUID()}","name":{},"client_version":-1}`,
          deep(20_000),
        ].map(quote),
      ];
    case 'jsonb[]':
      return [
        'null',
        `'{}'`,
        `array[null]`,
        ...mutations.map((one) => `array[${quote(one)}]`),
        `array[${mutations.slice(0, 8).map(quote).join(', ')}]`,
      ];
    case 'text[]':
      return [
        'null',
        `'{}'`,
        `array[null]`,
        `'{title}'`,
        `'{id}'`,
        `'{organization_id,sync_xid}'`,
        `'{role,status}'`,
        `'{access_level}'`,
        `array[${oddNames.map(quote).join(', ')}]`,
        `'{{a,b},{c,d}}'`,
      ];
    case 'uuid[]':
      return ['null', `'{}'`, `array[null]`, `array['${ids.own}', '${ids.foreign}']`];
    case 'integer':
    case 'bigint':
      return ['null', '0', '-1', '1', '1048577', '2147483647'];
    case 'bytea':
      return ['null', `''`, String.raw`'\x00'`, String.raw`'\xff00'`, `repeat('x', 32)`, `repeat('x', 1048577)`, `repeat('x', 6400)`];
    case 'sync.replicated_table':
      return [
        'null',
        ...['projects', 'documents', 'pg_authid', 'logins', 'app.logins', injection].flatMap((table) => [
          `row(${quote(table)}, 1, '{insert,update,delete}', null, '{}', '{}')`,
          `row(${quote(table)}, -1, null, '{organization_id,sync_xid,role}', null, null)`,
        ]),
      ];
    default:
      throw new Error(`no hostile values for ${type}`);
  }
}

/** Errors that say what is wrong with a value. One of syntax would show that a value had become part of a statement. */
const clean = (code: string) =>
  /^(22...|23502|23503|42501|42P01|42703|42701|54001|21000)$/.test(code) || /^[A-Z][A-Z_]+$/.test(code);

/** The same numbers at every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
}

describe.each(roles)('somebody of the role %s', (role) => {
  it('gets nothing but clean errors from hostile arguments', async () => {
    const me = siege.as(role);
    // After a hello that is refused the connection serves nothing, and would repel the rest for that reason alone.
    const open = functions.filter((one) => one.open).sort((a, b) => Number(a.name === 'sync.hello') - Number(b.name === 'sync.hello'));
    for (const { name, types } of open) {
      // Of its own for each, so that a new function does not change what the others are told.
      const pick = dice(createHash('sha256').update(`${role} ${name}`).digest().readUInt32LE());
      const choices = types.map(hostile);
      const longest = Math.max(1, ...choices.map(({ length }) => length));
      // Every value of every argument, the others by chance.
      for (let round = 0; round < longest * Math.min(2, Math.max(1, types.length)); round += 1) {
        const values = choices.map(
          (list) => list[round < longest && list.length === longest ? round : pick(list.length)] ?? 'null',
        );
        await call(me, name, types, values);
      }
    }
    await siege.reconnect(role);
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });

  it('may execute no other function', async () => {
    const me = siege.as(role);
    for (const { name, types } of functions.filter(({ open }) => !open)) {
      await siege.attempts.attempt({
        name: `${nameOf(me)}: ${name}`,
        act: () => me.client.query(`select ${name}(${types.map((type) => `null::${type}`).join(', ')})`),
        refused: ['42501'],
        harm: () => true,
      });
    }
    siege.attempts.verify();
    await siege.expectNothingChanged();
  });
});

const call = (me: Attacker, name: string, types: readonly string[], values: readonly string[]) => {
  const leak = (said: string) => siege.canaries.leaked(me.role, me.organization, said);
  return siege.attempts.attempt({
    name: `${nameOf(me)}: ${name}(${values.map((value) => value.slice(0, 80)).join(', ')})`,
    act: () =>
      me.client.query(
        `select ${name}(${values.map((value, place) => `${value}::${types[place] ?? 'text'}`).join(', ')})`,
      ),
    // One function does nothing but raise what it is told to.
    refused: (code) => name === 'app.refuse' || clean(code),
    harm: ({ rows }) => leak(JSON.stringify(rows)),
    leak,
  });
};

describe('what push relies on', () => {
  it('gives nobody another’s results, and lets nobody make up a conflict', async () => {
    const [me, colleague] = [siege.as('engineering'), siege.as('qa')];
    const id = randomUUID();
    await push(colleague.client, [
      { id, table: 'projects', row_id: ids.own, op: 'update', patch: { organization_id: theirs } },
    ]);
    await siege.attempts.attempt({
      name: 'a colleague’s result',
      act: () =>
        me.client.query<{ found: Record<string, unknown> }>('select sync.recorded_results($1) as found', [[id]]),
      refused: [],
      harm: ({ rows }) => Object.keys(rows[0]?.found ?? {}).length > 0,
    });
    await me.client.query('select sync.record_results($1)', [JSON.stringify([{ id, status: 'applied', xid: '1' }])]);
    await siege.attempts.attempt({
      name: 'a forged result under a colleague’s id',
      act: () =>
        push(colleague.client, [
          { id, table: 'projects', row_id: ids.own, op: 'update', patch: { organization_id: theirs } },
        ]),
      refused: [],
      harm: ([answer]) => answer?.status !== 'refused',
    });
    const document = randomUUID();
    await push(me.client, [
      { table: 'documents', row_id: document, op: 'insert', patch: { project_id: ids.own, title: 'x' } },
    ]);
    for (const [table, row] of [
      ['documents', document],
      ['documents', ids.hidden],
      ['projects', ids.own],
      ['projects', ids.foreign],
    ] as const) {
      await siege.attempts.attempt({
        name: `a made up conflict of ${table}`,
        act: async () => {
          await me.client.query('begin');
          try {
            await me.client.query(`update public.documents set description = 'y' where id = $1`, [document]);
            await me.client.query(
              `select sync.record_conflict($1, $2, 'title', '"kept"', '"what a colleague never wrote"', $3)`,
              [table, row, randomUUID()],
            );
            await me.client.query('commit');
          } finally {
            await me.client.query('rollback');
          }
        },
        refused: ['NOT_ALLOWED'],
        harm: async () =>
          (
            await siege.central.client.query(
              `select from public.sync_conflicts where lost_value = '"what a colleague never wrote"'`,
            )
          ).rowCount !== 0,
      });
    }
    siege.attempts.verify();
  });

  it('still keeps what an edit replaced', async () => {
    const document = randomUUID();
    const me = siege.as('engineering');
    await push(me.client, [
      { table: 'documents', row_id: document, op: 'insert', patch: { project_id: ids.own, title: 'x' } },
    ]);
    const answers = await push(siege.as('admin').client, [
      { table: 'documents', row_id: document, op: 'update', patch: { title: 'z' }, base: { title: 'y' } },
    ]);
    expect(answers[0]).toMatchObject({ status: 'merged' });
    const { rows } = await siege.central.client.query(
      'select lost_value, lost_by from public.sync_conflicts where row_id = $1',
      [document],
    );
    expect(rows).toEqual([{ lost_value: 'x', lost_by: me.id }]);
  });
});
