import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Output, ParsedInput } from '../shared/api/index.ts';
import { AppError } from '../shared/errors.ts';
import type { ShownState } from './worker/protocol.ts';
import type { Control } from './worker-host.ts';

export interface FilesParts {
  control: Control;
  /** Ask the person; null, or an empty list, where they chose nothing. */
  chooseFiles(): Promise<string[]>;
  chooseFolder(purpose: 'scans' | 'backup'): Promise<string | null>;
  chooseTarget(name: string): Promise<string | null>;
  /** Hands a file to the system's program; resolves to what went wrong, empty where nothing did. */
  openPath(path: string): Promise<string>;
}

type Content = ParsedInput<'files.open'>;

/** The page never names a file of the disk: the person chooses, and the worker reads or writes. */
export const filesMainHandlers = ({ control, chooseFiles, chooseFolder, ...parts }: FilesParts) => ({
  'files.choose': async (): Promise<Output<'files.choose'>> => {
    const files = await chooseFiles();
    return files.length === 0 ? null : control('worker.takeIn', files);
  },
  'files.chooseScanFolder': async (): Promise<Output<'files.chooseScanFolder'>> => {
    const folder = await chooseFolder('scans');
    if (folder === null) return null;
    await control('worker.setScanFolder', folder);
    return { folder };
  },
  'files.reattach': async (): Promise<Output<'files.reattach'>> => {
    const folder = await chooseFolder('backup');
    return folder === null ? null : control('worker.reattach', folder);
  },
  ...contentHandlers({ control, ...parts }, 'present'),
});

/** A content for the person's own use. */
export const contentHandlers = ({ control, chooseTarget, openPath }: Pick<FilesParts, 'control' | 'chooseTarget' | 'openPath'>, state: ShownState) => ({
  'files.open': async (content: Content): Promise<null> => {
    const { file } = await control('worker.handOut', { ...content, state, target: null });
    const problem = await openPath(file);
    if (problem !== '') throw new AppError('FILE_NO_PROGRAM', `the system does not open the file: ${problem}`);
    return null;
  },
  'files.saveAs': async (content: Content): Promise<Output<'files.saveAs'>> => {
    const name = await control('worker.proposeName', { ...content, state });
    const file = await chooseTarget(name);
    if (file === null) return null;
    const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      return await control('worker.handOut', { ...content, state, target: { file, draft } });
    } catch (error) {
      // A worker that died could not clear it away.
      await rm(draft, { force: true });
      throw error;
    }
  },
});
