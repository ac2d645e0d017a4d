import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { ExportFormat } from '../shared/api/audit.ts';
import type { Output, ParsedInput } from '../shared/api/index.ts';
import type { Control } from './worker-host.ts';

export interface ContactImportParts {
  control: Control;
  /** Ask the person for a file; null where they chose none. */
  chooseImport(): Promise<string | null>;
  chooseTarget(format: ExportFormat): Promise<string | null>;
}

/** The page never names a file: the person chooses it here, and the worker reads it. */
export async function openImport({ control, chooseImport }: ContactImportParts): Promise<Output<'contacts.openImport'>> {
  const file = await chooseImport();
  return file === null ? null : control('worker.openImport', file);
}

/** Whatever fails, no draft stays beside the file. */
export async function saveFailedRows(
  { control, chooseTarget }: ContactImportParts,
  { format, words }: ParsedInput<'contacts.saveFailedRows'>,
): Promise<Output<'contacts.saveFailedRows'>> {
  const file = await chooseTarget(format);
  if (file === null) return null;
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const { rows } = await control('worker.saveFailedRows', { file, draft, format, words });
    return { rows, file };
  } catch (error) {
    // A worker that died could not clear it away.
    await rm(draft, { force: true });
    throw error;
  }
}
