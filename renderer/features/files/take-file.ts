import { INTAKE_PART_BYTES, type TakenFile } from '../../../shared/api/files.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';

/** Hands a file that was dropped or pasted over to this machine's store, part by part. */
export async function takeFile(file: File, tell: (share: number) => void, signal: AbortSignal): Promise<TakenFile> {
  const { id } = await call('files.beginIntake', { name: file.name === '' ? 'file' : file.name.slice(-1_000), size: file.size });
  try {
    for (let at = 0, number = 0; at < file.size; number += 1) {
      if (signal.aborted) throw new AppError('INTAKE_NOT_OPEN', 'the person stopped it');
      const part = file.slice(at, at + INTAKE_PART_BYTES);
      await call('files.intakeChunk', { id, number, bytes: await base64Of(part) });
      at += part.size;
      tell(at / file.size);
    }
    return await call('files.endIntake', { id });
  } catch (error) {
    await call('files.cancelIntake', { id });
    throw error;
  }
}

/** The browser's own way is many times faster than going through the bytes one by one. */
function base64Of(part: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = reader.result as string;
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => reject(readingError(reader.error));
    reader.readAsDataURL(part);
  });
}

const readingError = (error: DOMException | null): AppError =>
  new AppError(error?.name === 'NotReadableError' ? 'FILE_CHANGED' : 'FILE_VANISHED', error?.message ?? 'the file cannot be read');
