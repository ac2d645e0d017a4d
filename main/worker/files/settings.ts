import { fileSettings, type FileSettings } from '../../../shared/api/files.ts';
import { durably, type Sqlite } from '../replica/database.ts';
import type { Meta } from '../replica/meta.ts';

/** This person's limits on this machine. */
export function readFileSettings(meta: Meta): FileSettings {
  const parsed = fileSettings.safeParse(JSON.parse(meta.get('file_settings') ?? '{}'));
  return parsed.success ? parsed.data : fileSettings.parse({});
}

export function writeFileSettings(sqlite: Sqlite, meta: Meta, settings: FileSettings): void {
  durably(sqlite, 'FULL', () => meta.set({ file_settings: JSON.stringify(settings) }));
}
