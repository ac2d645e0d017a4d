import { describe, expect, it } from 'vitest';
import { LEFT_OUT_LISTED, type LeftOutDocument } from '../../../shared/domain/backup.ts';
import type { ManifestFacts } from './manifest.ts';
import { noFigures, summaries } from './summary.ts';

const factsWith = (documents: LeftOutDocument[], rows: number): ManifestFacts => ({
  name: 'factory_pulse_snapshot_backup_20250901_093043',
  kind: 'snapshot',
  application: { version: '0.0.0', central_schema: 1, replica_schema: 1 },
  organization: null,
  instance_id: null,
  created: { at: '2025-09-01T02:30:43.000Z', zone: 'Asia/Ho_Chi_Minh', by: 'x', device: 'x', source: 'replica', synced_at: null, server: null },
  tables: [],
  references: [],
  left_out: [{ what: 'files-elsewhere', rows, documents }],
});

const linesOf = (facts: ManifestFacts, file: string): string[] =>
  (summaries(facts, noFigures).find((one) => one.file === file)?.text ?? '').split('\n').filter((line) => line.startsWith('  - '));

describe('what a summary lists of documents whose contents are left out', () => {
  it('is the first fifty with project, name and size, and how many more there are', () => {
    const documents = Array.from({ length: LEFT_OUT_LISTED }, (_, index) => ({ code: 'P-25091501', name: `bản vẽ ${index}.pdf`, size: 1_500_000 }));
    const vi = linesOf(factsWith(documents, 1_234), 'summary.vi.md');
    expect(vi).toHaveLength(51);
    expect(vi[0]).toBe('  - P-25091501 · bản vẽ 0.pdf · 1,5 MB');
    expect(vi.at(-1)).toBe('  - và 1.184 tệp khác');
    expect(linesOf(factsWith(documents, 1_234), 'summary.en.md').at(-1)).toBe('  - and 1,184 more');
  });

  it('goes without what is not known, and no name becomes Markdown', () => {
    const documents = [{ code: null, name: '[x](https://example.vn)\n# a', size: null }];
    expect(linesOf(factsWith(documents, 1), 'summary.en.md')).toEqual(['  - \\[x\\](https://example.vn) \\# a']);
  });
});
