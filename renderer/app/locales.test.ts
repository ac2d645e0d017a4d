import { getTableColumns, getTableName } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { mirrorTables } from '../../db/replica/mirror/index.ts';
import { connectionStates } from '../../shared/api/sync.ts';
import { priorityLevels } from '../../shared/api/projects.ts';
import { roles } from '../../shared/domain/roles.ts';
import { progressStatuses, projectStatuses, type Missing } from '../../shared/domain/workflow.ts';
import { errorCodes } from '../../shared/errors.ts';
import { en } from '../locales/en.ts';
import { vi } from '../locales/vi.ts';

const PLURAL = /_(zero|one|two|few|many|other)$/;

function flatten(tree: object, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree) as [string, unknown][]) {
    const path = prefix ? `${prefix}.${key}` : key;
    if (typeof value === 'string') texts.set(path, value);
    else for (const [inner, text] of flatten(value as object, path)) texts.set(inner, text);
  }
  return texts;
}

const texts = { vi: flatten(vi), en: flatten(en) };
const baseKeys = (language: 'vi' | 'en') => new Set(Array.from(texts[language].keys(), (key) => key.replace(PLURAL, '')));
const placeholders = (text: string) => new Set(Array.from(text.matchAll(/{{(\w+)}}/g), ([, name]) => name));

const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

const files = import.meta.glob<string>('../locales/*/*.json', { query: '?raw', import: 'default', eager: true });

describe('texts', () => {
  it('stand once: of two of one key the first would be lost without a word', () => {
    for (const [file, raw] of Object.entries(files)) expect({ file, text: `${JSON.stringify(JSON.parse(raw), null, 2)}\n` }).toEqual({ file, text: raw });
  });

  it('say the same things in Vietnamese and English', () => {
    expect([...baseKeys('vi')].sort()).toEqual([...baseKeys('en')].sort());
  });

  it('have every plural form that their language needs, and no other', () => {
    for (const language of ['vi', 'en'] as const) {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
      const forms = new Map<string, string[]>();
      for (const key of texts[language].keys()) {
        const form = PLURAL.exec(key)?.[1];
        if (form) forms.set(key.replace(PLURAL, ''), [...(forms.get(key.replace(PLURAL, '')) ?? []), form]);
      }
      expect(forms.size).toBeGreaterThan(0);
      for (const [key, found] of forms) expect({ key, found: found.toSorted() }).toEqual({ key, found: needed });
    }
  });

  it('fill the same gaps in both languages', () => {
    for (const [key, text] of texts.vi) {
      const english = texts.en.get(key);
      expect({ key, gaps: placeholders(text) }).toEqual({ key, gaps: placeholders(english ?? '') });
    }
  });

  it('are never empty', () => {
    for (const language of ['vi', 'en'] as const) {
      expect([...texts[language]].filter(([, text]) => text.trim() === '')).toEqual([]);
    }
  });

  it('exist for every key that the code names', () => {
    const known = baseKeys('en');
    const named = Object.values(sources).flatMap((source) =>
      Array.from(source.matchAll(/\bt\(\s*'([\w.-]+)'/g), ([, key]) => key ?? ''),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((key) => !known.has(key))).toEqual([]);
  });

  it('exist for every error code, role, status, priority and connection state', () => {
    const wanted = [
      ...errorCodes.map((code) => `errors.${code}`),
      ...roles.map((role) => `values.role.${role}`),
      ...projectStatuses.map((status) => `values.status.${status}`),
      ...progressStatuses.map((status) => `values.progress.${status}`),
      ...priorityLevels.map((level) => `values.priority.${level}`),
      ...connectionStates.map((state) => `sync.state.${state}`),
    ];
    for (const language of ['vi', 'en'] as const) expect(wanted.filter((key) => !texts[language].has(key))).toEqual([]);
  });

  it('exist for every table that desktops mirror', () => {
    // The audit log tells of two more, which the centre keeps to itself.
    const told = [...mirrorTables.map((table) => getTableName(table)), 'devices', 'handed_in'];
    expect(Object.keys(en.session.tables).toSorted()).toEqual(told.toSorted());
  });

  it('exist for every table and column whose changes the centre writes into the audit log', () => {
    // Histories and messages tell themselves, and a view is its person's own affair; the centre logs no change of them.
    const silent = [
      'project_stage_history', 'document_access_log', 'approval_history', 'approval_notifications', 'messages', 'notifications',
      'activity_log', 'sync_conflicts', 'saved_views',
    ];
    const logged = mirrorTables.filter((table) => !silent.includes(getTableName(table)));
    expect(logged.length).toBeGreaterThan(20);
    expect(logged.map((table) => getTableName(table)).filter((table) => !Object.hasOwn(en.values.entity, table))).toEqual([]);
    const columns = logged.flatMap((table) => Object.keys(getTableColumns(table)));
    const internal = ['sync_xid', 'updated_at'];
    const nameless = new Set(columns.filter((column) => !Object.hasOwn(en.values.column, column) && !internal.includes(column)));
    expect([...nameless]).toEqual([]);
  });

  it('exist for every reason why a project may not move', () => {
    const codes: Record<Missing['code'], true> = {
      PROJECT_NOT_ACTIVE: true,
      NOT_RESPONSIBLE: true,
      SAME_STAGE: true,
      STAGE_UNKNOWN: true,
      MANAGER_REQUIRED: true,
      REASON_REQUIRED: true,
      SUB_STAGE_OPEN: true,
      APPROVAL_PENDING: true,
      VALUE_REQUIRED: true,
      CUSTOMER_REQUIRED: true,
    };
    expect(Object.keys(en.projects.missing).sort()).toEqual(Object.keys(codes).sort());
  });
});
