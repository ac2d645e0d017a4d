import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';

/**
 * Asks for a file and has it written under a name beside it; whatever fails, no draft stays. Null where the person chose
 * nothing.
 */
export async function exportToFile(
  chooseFile: () => Promise<string | null>,
  write: (target: { file: string; draft: string }) => Promise<{ rows: number }>,
): Promise<{ rows: number; file: string } | null> {
  const file = await chooseFile();
  if (file === null) return null;
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const { rows } = await write({ file, draft });
    return { rows, file };
  } catch (error) {
    // A worker that died could not clear it away.
    await rm(draft, { force: true });
    throw error;
  }
}
