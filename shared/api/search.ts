import { z } from 'zod';
import type { Role } from '../domain/roles.ts';
import { operation } from './operation.ts';
import { text } from './text.ts';
import type { ProjectStatus } from '../domain/workflow.ts';

export const recordKinds = ['project', 'contact', 'document', 'person'] as const;
export type RecordKind = (typeof recordKinds)[number];

interface Found {
  id: string;
  /** What people call it by: the project's code, the tax id, the file's name, the employee's number. */
  code: string | null;
  title: string;
}

interface Reachable {
  email: string | null;
  phone: string | null;
}

/** The words stand inside of the document's file and not in its name. */
export interface FoundInside {
  /** The line around the first of them; null where that is far behind in a long text. */
  snippet: string | null;
  version: number;
  /** False where only an old version has them. */
  is_current: boolean;
}

/** A record that was found, with what tells it from others of its name. */
export type FoundRecord =
  | (Found & { kind: 'project'; status: ProjectStatus; customer_name: string | null })
  | (Found & { kind: 'contact'; type: 'customer' | 'supplier' | 'partner'; contact_name: string | null } & Reachable)
  | (Found & { kind: 'document'; project_id: string | null; project_code: string | null; inside?: FoundInside })
  | (Found & { kind: 'person'; role: Role; department: string | null } & Reachable);

export interface SearchResult {
  /** The best first; those of one kind stand together. */
  records: FoundRecord[];
  /** The index is still being built: something may be missing. */
  incomplete: boolean;
}

const record = z.strictObject({ kind: z.enum(recordKinds), id: z.guid() });

export const searchApi = {
  /** Projects, contacts, documents and people in which every word is found, at the beginning of a word. */
  'search.all': operation<SearchResult>()(
    z.strictObject({ text: text(200), limit: z.int().min(1).max(20).default(6) }),
  ),
  /** What the person opened last, the latest first. */
  'search.recent': operation<FoundRecord[]>()(z.void()),
  /** The project that has exactly this code. */
  'search.code': operation<{ id: string } | null>()(z.strictObject({ code: z.string().min(1).max(60) })),
  'search.opened': operation<null>()(record),
};
