import { unzipSync, strFromU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { TableWriter } from './table-writer.ts';
import { xlsxWriter } from './xlsx-writer.ts';

function whole(writer: TableWriter, rows: string[][]): Record<string, string> {
  const parts = [writer.begin(['Đầu']), writer.rows(rows), writer.end()];
  const files = unzipSync(new Uint8Array(Buffer.concat(parts)));
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, strFromU8(content)]));
}

const count = (text: string | undefined, part: string): number => (text ?? '').split(part).length - 1;

describe('a workbook', () => {
  it('goes on in the next sheet where one is full, under the same headings', () => {
    const rows = Array.from({ length: 5 }, (_, index) => [String(index)]);
    const files = whole(xlsxWriter({ name: 'Nhật ký: [2026]', widths: [10], sheetRows: 3 }), rows);
    expect([1, 2, 3].map((n) => count(files[`xl/worksheets/sheet${n}.xml`], '<row '))).toEqual([3, 3, 2]);
    expect([1, 2, 3].map((n) => count(files[`xl/worksheets/sheet${n}.xml`], '>Đầu<'))).toEqual([1, 1, 1]);
    expect(Array.from((files['xl/workbook.xml'] ?? '').matchAll(/sheet name="([^"]*)"/g), ([, name]) => name)).toEqual([
      'Nhật ký   2026 ',
      'Nhật ký   2026  2',
      'Nhật ký   2026  3',
    ]);
  });

  it('never makes a formula of a text, nor markup of what looks like it', () => {
    const files = whole(xlsxWriter({ name: 'x', widths: [10] }), [['=1+1'], ['<f>1</f>'], ['"&"']]);
    const sheet = files['xl/worksheets/sheet1.xml'];
    expect(count(sheet, '<f>')).toBe(0);
    expect(sheet).toContain('&lt;f&gt;1&lt;/f&gt;');
    expect(sheet).toContain('&quot;&amp;&quot;');
  });
});
