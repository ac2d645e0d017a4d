import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DumpError } from './dump-error.ts';
import { parseDump, type DumpItem, type DumpRows } from './dump-parser.ts';

async function* pieces(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

async function parse(text: string | Uint8Array, size?: number): Promise<DumpItem[]> {
  const items: DumpItem[] = [];
  for await (const item of parseDump(pieces(text, size))) items.push(item);
  return items;
}

async function rowsOf(text: string, size?: number): Promise<DumpRows[]> {
  return (await parse(text, size)).filter((item) => item.kind === 'rows');
}

const valuesOf = async (values: string): Promise<(string | null)[] | undefined> =>
  (
    await rowsOf(
      `insert into t (${values
        .split('¦')
        .map((_, index) => `c${index}`)
        .join(', ')}) values (${values.replaceAll('¦', ',')});`,
    )
  )[0]?.rows[0];

async function failure(text: string | Uint8Array): Promise<DumpError> {
  const error: unknown = await parse(text).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DumpError)) throw new Error('no DumpError', { cause: error });
  return error;
}

const header = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n";
const trailer = '\n--\n-- PostgreSQL database dump complete\n--\n';

describe('a dump in INSERT form', () => {
  it('gives the rows with schema, table, columns and lines', async () => {
    const [rows] = await rowsOf(
      `INSERT INTO "public"."users" ("id", "name") VALUES\n\t(1, 'Nguyễn Văn An'),\n\t(2, 'It''s\ntwo lines'),\n\t(3, NULL);\n`,
    );
    expect(rows).toEqual({
      kind: 'rows',
      schema: 'public',
      table: 'users',
      columns: ['id', 'name'],
      rows: [
        ['1', 'Nguyễn Văn An'],
        ['2', "It's\ntwo lines"],
        ['3', null],
      ],
      lines: [2, 3, 5],
    });
  });

  it('reads every way to write a constant', async () => {
    expect(await valuesOf('-1.5e3¦+2¦.5¦TRUE¦false¦null¦DEFAULT')).toEqual([
      '-1.5e3',
      '2',
      '.5',
      'true',
      'false',
      null,
      null,
    ]);
    expect(await valuesOf(String.raw`E'a\tb\'\\c\u1ea1'¦'C:\temp'¦$$it's$$¦$x$a $$ b$x$`)).toEqual([
      "a\tb'\\cạ",
      'C:\\temp',
      "it's",
      'a $$ b',
    ]);
    expect(await valuesOf(`'a'::text¦'2025-01-01'::timestamp(3) with time zone¦'{x}'::"auth"."level"[]¦('b')`)).toEqual(
      ['a', '2025-01-01', '{x}', 'b'],
    );
    expect(await valuesOf(`date '2025-01-01'¦CAST('1' AS numeric(18, 2))¦B'01'¦'\\x00ff'`)).toEqual([
      '2025-01-01',
      '1',
      '01',
      '\\x00ff',
    ]);
  });

  it('turns ARRAY[…] into an array literal', async () => {
    expect(
      (await rowsOf(`insert into t (a, b) values (ARRAY['x"y', NULL, 'ü']::text[], array[[1, 2], [3, 4]]);`))[0]?.rows,
    ).toEqual([['{"x\\"y",NULL,"ü"}', '{{"1","2"},{"3","4"}}']]);
  });

  it('understands quoted names, comments that nest, ON CONFLICT and OVERRIDING', async () => {
    const [rows] = await rowsOf(
      `/* a /* b */ ; ' */ INSERT INTO "My ""Schema""".Table_ ("a b", C) OVERRIDING SYSTEM VALUE VALUES -- note; '\n ('x', 'y') ON CONFLICT DO NOTHING;`,
    );
    expect(rows).toMatchObject({ schema: 'My "Schema"', table: 'table_', columns: ['a b', 'c'], rows: [['x', 'y']] });
  });

  it('respects standard_conforming_strings = off', async () => {
    const [rows] = await rowsOf(String.raw`SET standard_conforming_strings = off; INSERT INTO t (a) VALUES ('a\'b');`);
    expect(rows?.rows).toEqual([["a'b"]]);
  });

  it('reads a number wherever the pieces of the file end', async () => {
    for (let size = 1; size <= 40; size += 1) {
      const [rows] = await rowsOf('INSERT INTO t (a, b) VALUES (-12.50e-3, 7E10);', size);
      expect(rows?.rows).toEqual([['-12.50e-3', '7E10']]);
    }
  });

  it('comes in batches', async () => {
    const rows = Array.from({ length: 1201 }, (_, index) => `(${index})`).join(',\n');
    const batches = await rowsOf(`INSERT INTO t (id) VALUES\n${rows};`, 4096);
    expect(batches.map((batch) => batch.rows.length)).toEqual([500, 500, 201]);
    expect(batches[2]?.lines[0]).toBe(1002);
  });
});

describe('a dump in COPY form', () => {
  it('gives the rows, an empty table included', async () => {
    const batches = await rowsOf(
      'COPY public.users (id, name, note) FROM stdin;\n1\tNguyễn\t\\N\n2\ta\\tb\\nc\\\\d\t\n\\.\n\n\nCOPY auth.sessions (id) FROM stdin;\n\\.\n',
    );
    expect(batches).toEqual([
      {
        kind: 'rows',
        schema: 'public',
        table: 'users',
        columns: ['id', 'name', 'note'],
        rows: [
          ['1', 'Nguyễn', null],
          ['2', 'a\tb\nc\\d', ''],
        ],
        lines: [2, 3],
      },
      { kind: 'rows', schema: 'auth', table: 'sessions', columns: ['id'], rows: [], lines: [] },
    ]);
  });

  it('joins bytes written in octal and hexadecimal escapes', async () => {
    const [rows] = await rowsOf('COPY t (a) FROM stdin;\n\\341\\xba\\xa1\\101\n\\.\n');
    expect(rows?.rows).toEqual([['ạA']]);
  });

  it('reads Windows line ends', async () => {
    const [rows] = await rowsOf('COPY t (a, b) FROM stdin;\r\n1\tx\r\n\\.\r\n');
    expect(rows?.rows).toEqual([['1', 'x']]);
  });
});

describe('statements without data', () => {
  it('are passed over, function bodies and psql commands included', async () => {
    const items = await parse(
      `\\restrict abc'def\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ begin insert into x values (1); end $f$;\n` +
        `CREATE FUNCTION g(a integer) RETURNS integer BEGIN ATOMIC SELECT CASE WHEN a > 0 THEN 1 ELSE 0 END; SELECT 2; END;\n` +
        `CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);\nSELECT pg_catalog.setval('s', 1, true);\nALTER TABLE t ADD COLUMN c text DEFAULT ';';\n`,
    );
    expect(items).toEqual([
      { kind: 'other', command: 'CREATE', line: 2 },
      { kind: 'other', command: 'CREATE', line: 3 },
      { kind: 'other', command: 'CREATE', line: 4 },
      { kind: 'other', command: 'SELECT', line: 5 },
      { kind: 'other', command: 'ALTER', line: 6 },
    ]);
  });
});

describe('a round trip', () => {
  const value = fc.option(
    fc
      .oneof(
        fc.string({ unit: 'grapheme' }),
        fc.string({
          unit: fc.constantFrom(
            "'",
            '"',
            '\\',
            '\n',
            '\t',
            '\r',
            ';',
            '--',
            '/*',
            '$$',
            '\\.',
            '\\N',
            'ạ',
            'Đ',
            '😀',
            '﻿',
            ',',
            ')',
          ),
        }),
      )
      .map((text) => text.replaceAll('\0', '')),
  );
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    );
  const columns = (rows: (string | null)[][]): string => (rows[0] ?? []).map((_, index) => `"c ${index}"`).join(', ');

  const quoted = (text: string | null): string => (text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`);
  const escaped = (text: string | null): string =>
    text === null
      ? '\\N'
      : text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');

  it('through INSERT keeps every value, wherever the pieces of the file end', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (rows, size) => {
        const sql = `INSERT INTO t (${columns(rows)}) VALUES ${rows.map((row) => `(${row.map(quoted).join(', ')})`).join(',\n')};`;
        expect((await rowsOf(sql, size))[0]?.rows).toEqual(rows);
      }),
    );
  });

  it('through COPY keeps every value, wherever the pieces of the file end', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (rows, size) => {
        const sql = `COPY t (${columns(rows)}) FROM stdin;\n${rows.map((row) => `${row.map(escaped).join('\t')}\n`).join('')}\\.\n`;
        expect((await rowsOf(sql, size))[0]?.rows).toEqual(rows);
      }),
    );
  });

  it('cut off anywhere is never taken for a whole dump', async () => {
    const whole = `${header}INSERT INTO t (a, b) VALUES (1, 'x;y'), (-2.5, E'\\'z');\nCOPY u (a) FROM stdin;\nạ\n\\.\n${trailer}`;
    const bytes = Buffer.from(whole);
    const end = bytes.length - '\n--\n'.length;
    for (let length = header.length; length < end; length += 1) {
      const { code } = await failure(bytes.subarray(0, length));
      expect(code, `at byte ${length}`).toBe('DUMP_TRUNCATED');
    }
    expect(await parse(bytes)).toHaveLength(3);
  });
});

describe('a broken file is refused', () => {
  it('when it ends inside a string, with the line', async () => {
    expect(await failure("INSERT INTO t (a) VALUES\n('x'),\n('abc\ndef")).toMatchObject({
      code: 'DUMP_TRUNCATED',
      line: 4,
    });
  });

  it('when it ends inside a COPY block', async () => {
    expect(await failure('COPY t (a, b) FROM stdin;\n1\t2\n3\t')).toMatchObject({ code: 'DUMP_TRUNCATED', line: 3 });
    expect(await failure('COPY t (a, b) FROM stdin;\n1\t2\n')).toMatchObject({ code: 'DUMP_TRUNCATED', line: 3 });
  });

  it("when pg_dump's closing mark is missing", async () => {
    expect(await failure(`${header}INSERT INTO t (a) VALUES (1);\n`)).toMatchObject({
      code: 'DUMP_TRUNCATED',
      line: 7,
    });
  });

  it('when it is not UTF-8', async () => {
    const latin1 = Buffer.from("INSERT INTO t (a) VALUES\n('Caf\u00e9 au lait');\n", 'latin1');
    expect(await failure(latin1)).toMatchObject({ code: 'DUMP_ENCODING', line: 2 });
    expect(await failure("SET client_encoding = 'LATIN1';")).toMatchObject({ code: 'DUMP_ENCODING', line: 1 });
    expect(await failure(Buffer.from('\ufeffINSERT INTO t', 'utf16le'))).toMatchObject({
      code: 'DUMP_ENCODING',
      line: 1,
    });
  });

  it('when it is not SQL', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    expect(await failure(png)).toMatchObject({ code: 'DUMP_NOT_SQL', line: 1 });
    expect(await failure(Buffer.from('1f8b0800000000000003', 'hex'))).toMatchObject({ code: 'DUMP_NOT_SQL', line: 1 });
    expect(await failure('PGDMP\u0001\u0010')).toMatchObject({ code: 'DUMP_NOT_SQL', line: 1 });
    expect(await failure('id,name\n1,An\n')).toMatchObject({ code: 'DUMP_NOT_SQL', line: 1 });
    expect(await failure('INSERT INTO t (a) VALUES (1);\n\0')).toMatchObject({ code: 'DUMP_NOT_SQL', line: 2 });
  });

  it('when it is empty', async () => {
    expect(await failure('')).toMatchObject({ code: 'DUMP_EMPTY' });
    expect(await failure(' \n-- nothing\n')).toMatchObject({ code: 'DUMP_EMPTY' });
  });

  it('when a statement cannot be read as data', async () => {
    expect(await failure('SET a = 1;\nINSERT INTO t VALUES (1);')).toMatchObject({ code: 'DUMP_SYNTAX', line: 2 });
    expect(await failure('INSERT INTO t (a) VALUES (1, 2);\nSET a = 1;')).toMatchObject({
      code: 'DUMP_SYNTAX',
      line: 1,
    });
    expect(await failure('INSERT INTO t (a)\nVALUES (now());')).toMatchObject({ code: 'DUMP_SYNTAX', line: 2 });
    expect(await failure('SET a = 1;\nnonsense here;\nSET a = 2;')).toMatchObject({ code: 'DUMP_SYNTAX', line: 2 });
  });
});
