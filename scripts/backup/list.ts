import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isUnfinished, parseBackupName } from '../../shared/domain/backup.ts';
import { printJson, type CommonOptions, type Context } from '../central/context.ts';
import { textTable } from '../central/text-table.ts';

/** The backups of a folder, newest first. Only "verify" says whether one restores. */
export async function list(folder: string | undefined, options: CommonOptions, context: Context): Promise<void> {
  const place = resolve(context.directory, folder ?? '.');
  const names = await readdir(place);
  const found = await Promise.all(
    names.flatMap((name) => {
      const said = parseBackupName(name);
      return said ? [stat(join(place, name)).then(({ size }) => ({ name, ...said, size }))] : [];
    }),
  );
  found.sort((a, b) => b.stamp.localeCompare(a.stamp));
  const unfinished = names.filter(isUnfinished);
  if (options.json === true) {
    printJson(context, { folder: place, backups: found, unfinished });
    return;
  }
  context.stdout(textTable(['made', 'kind', 'encrypted', 'bytes', 'file'], found.map(({ stamp, kind, locked, size, name }) => [stamp, kind, locked ? 'yes' : 'no', String(size), name])));
  for (const name of unfinished) context.stdout(`unfinished, can be deleted: ${name}\n`);
}
