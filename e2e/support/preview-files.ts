import type { Page } from '@playwright/test';
import { INTAKE_PART_BYTES, type TakenFile } from '../../shared/api/files.ts';

/** A version of a document on this machine. */
export interface Placed {
  id: string;
  sha256: string;
}

/** Takes a file in over the bridge, as dropping it on the window does. */
async function takeIn(page: Page, name: string, bytes: Uint8Array): Promise<TakenFile> {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += INTAKE_PART_BYTES) parts.push(Buffer.from(bytes.subarray(at, at + INTAKE_PART_BYTES)).toString('base64'));
  return await page.evaluate(
    async ({ name, size, parts }) => {
      const { call } = window.factoryPulse;
      const begun = await call('files.beginIntake', { name, size });
      if (!begun.ok) throw new Error(begun.error.message);
      const { id } = begun.value;
      for (const [number, part] of parts.entries()) {
        const taken = await call('files.intakeChunk', { id, number, bytes: part });
        if (!taken.ok) throw new Error(taken.error.message);
      }
      const ended = await call('files.endIntake', { id });
      if (!ended.ok) throw new Error(ended.error.message);
      return ended.value;
    },
    { name, size: bytes.length, parts },
  );
}

/** Puts a document with this file on the machine; `old` gives it a later version with another content. */
export async function placeFile(page: Page, name: string, bytes: Uint8Array, { old = false } = {}): Promise<Placed> {
  const file = await takeIn(page, name, bytes);
  const id = await page.evaluate(async ({ title, file }) => {
    const created = await window.factoryPulse.call('documents.create', { title, source: { file } });
    if (!created.ok) throw new Error(created.error.message);
    return created.value.id;
  }, { title: name, file });
  if (old) {
    const later = await takeIn(page, `later-${name}.txt`, new TextEncoder().encode(`Later than ${name}`));
    await page.evaluate(async ({ id, file }) => {
      const added = await window.factoryPulse.call('documents.addVersion', { id, file });
      if (!added.ok) throw new Error(added.error.message);
    }, { id, file: later });
  }
  return { id, sha256: file.sha256 };
}
