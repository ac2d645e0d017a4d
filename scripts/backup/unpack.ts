import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { checkArchive, checkedParts } from '../../main/worker/backup/archive-reader.ts';
import { printJson, type Context } from '../central/context.ts';
import { CommandError } from '../central/failures.ts';
import { givenPassphrase, type PassphraseOptions } from './passphrase.ts';
import { stoppable } from './progress.ts';

export interface UnpackOptions extends PassphraseOptions {
  to: string;
}

/** Writes the content of a backup that was found whole; the folder is there complete or not at all. */
export async function unpack(path: string, options: UnpackOptions, context: Context): Promise<void> {
  const file = resolve(context.directory, path);
  const target = resolve(context.directory, options.to);
  const passphrase = await givenPassphrase(options, context);
  await stoppable(async (signal) => {
    const manifest = await checkArchive(file, { passphrase, signal });
    const draft = join(dirname(target), `.${randomBytes(6).toString('hex')}.unfinished`);
    await mkdir(draft, { recursive: true, mode: 0o700 });
    try {
      await using sql = await open(join(draft, `${manifest.name}.sql`), 'w', 0o600);
      for await (const { part, content } of checkedParts(file, manifest, { passphrase, signal })) {
        if (part.path.startsWith('sql/')) await sql.write(content);
        else {
          const place = join(draft, part.path);
          await mkdir(dirname(place), { recursive: true, mode: 0o700 });
          await writeFile(place, content, { mode: 0o600, flag: 'wx' });
        }
      }
      if (manifest.kind === 'snapshot') await rm(join(draft, `${manifest.name}.sql`));
      await writeFile(join(draft, 'manifest.json'), JSON.stringify(manifest, null, 1), { mode: 0o600 });
      await rename(draft, target).catch((error: unknown) => {
        throw new CommandError('FOLDER_EXISTS', `${target} cannot be made`, 'name a folder that does not exist yet', 1, { cause: error });
      });
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  });
  if (options.json === true) printJson(context, { folder: target });
  else context.stdout(`${target}: plain text from here on; only the disk's own encryption covers it\n`);
}
