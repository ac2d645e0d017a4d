import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyLines, parseCopyLine } from './copy-text.ts';

const letters: Record<string, string> = {
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\v': 'v',
  '\\': '\\',
};

/** As PostgreSQL writes a row: https://www.postgresql.org/docs/current/sql-copy.html, "Text Format". */
const written = (cells: readonly (string | null)[]): string =>
  cells
    .map((cell) => (cell === null ? '\\N' : cell.replace(/[\b\f\n\r\t\v\\]/g, (char) => `\\${letters[char] ?? ''}`)))
    .join('\t');

const cell = fc.option(
  fc.string({ unit: fc.constantFrom('a', 'ố', '🔧', 'N', 'n', '\\', '\t', '\n', '\r', '\b', '\v', '\f', ' ', '"') }),
);
const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 });

async function collect(chunks: readonly Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of copyLines(
    (async function* () {
      await Promise.resolve();
      yield* chunks;
    })(),
  ))
    lines.push(...batch);
  return lines;
}

describe('a row of COPY', () => {
  it('gives the cells back that were written, nulls and escapes included', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        expect(parseCopyLine(written(cells))).toEqual(cells);
      }),
    );
  });

  it('tells null from the text \\N and from nothing', () => {
    expect(parseCopyLine('\\N\t\\\\N\t')).toEqual([null, '\\N', '']);
  });
});

describe('a stream of COPY', () => {
  it('gives the same rows wherever its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.array(fc.nat(), { maxLength: 10 }), async (table, cuts) => {
        const bytes = Buffer.from(table.map((cells) => `${written(cells)}\n`).join(''));
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect((await collect(chunks)).map(parseCopyLine)).toEqual(table);
      }),
    );
  });

  it('that ends in the middle of a row is an error, not a short row', async () => {
    await expect(collect([Buffer.from('a\tb\nc')])).rejects.toThrow('middle of a row');
    await expect(collect([Buffer.from('a'), Buffer.from('b')])).rejects.toThrow('middle of a row');
  });

  it('may be empty', async () => {
    expect(await collect([])).toEqual([]);
    expect(await collect([Buffer.alloc(0)])).toEqual([]);
  });
});
