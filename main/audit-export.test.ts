import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditFilter, exportColumns, type ExportWords } from '../shared/api/audit.ts';
import type { Session } from '../shared/api/session.ts';
import type { Role } from '../shared/domain/roles.ts';
import { defaultSecuritySettings } from '../shared/domain/security-settings.ts';
import { AppError } from '../shared/errors.ts';
import { exportAudit, type AuditExportParts } from './audit-export.ts';
import { memoryLog } from './memory-log.fixture.ts';
import type { Control } from './worker-host.ts';

let folder: string;
let asked: number;
let sent: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fp-export-'));
  asked = 0;
  sent = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const words: ExportWords = {
  sheet: 'x',
  headings: Object.fromEntries(exportColumns.map((name) => [name, name])) as ExportWords['headings'],
  kinds: {}, actions: {}, columns: {}, values: {}, system: '', yes: '', no: '',
};
const request = { filter: auditFilter.parse({}), format: 'csv' as const, words };

const sessionOf = (role: Role | null): Session | null =>
  role === null
    ? null
    : {
        person: { id: '', organization_id: '', email: '', name: '', role, department: null },
        organization: { id: '', name: '', timezone: 'UTC', default_currency: 'VND' },
        security: defaultSecuritySettings,
        offline: false,
        loading: false,
      };

function parts(role: Role | null, file: string | null, answer: (draft: string) => { rows: number }): AuditExportParts {
  return {
    sessions: { current: () => Promise.resolve(sessionOf(role)) },
    chooseFile: () => {
      asked += 1;
      return Promise.resolve(file);
    },
    control: (async (_name: string, input: { draft: string }) => {
      sent.push(input);
      return Promise.resolve(answer(input.draft));
    }) as unknown as Control,
    log: memoryLog(),
  };
}

describe('an export of the audit log', () => {
  it('goes where the person said, by a draft beside that place', async () => {
    const file = join(folder, 'log.csv');
    expect(await exportAudit(parts('management', file, () => ({ rows: 3 })), request)).toEqual({ rows: 3, file });
    const [{ draft }] = sent as [{ draft: string }];
    expect(draft.startsWith(file)).toBe(true);
    expect(draft).not.toBe(file);
  });

  it('does nothing where the person chose nothing', async () => {
    expect(await exportAudit(parts('admin', null, () => ({ rows: 3 })), request)).toBe(null);
    expect(sent).toEqual([]);
  });

  it.each(['sales', 'qa', 'customer', null] as const)('asks %s nothing, and refuses', async (role) => {
    await expect(exportAudit(parts(role, join(folder, 'x.csv'), () => ({ rows: 0 })), request)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(asked).toBe(0);
  });

  it('clears the draft away that a worker left which died', async () => {
    const dying = (draft: string): never => {
      writeFileSync(draft, 'half');
      expect(existsSync(draft)).toBe(true);
      throw new AppError('WORKER_STOPPED', 'the worker stopped before it answered');
    };
    await expect(exportAudit(parts('management', join(folder, 'log.csv'), dying), request)).rejects.toMatchObject({ code: 'WORKER_STOPPED' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
