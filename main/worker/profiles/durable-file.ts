import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file of the owner's alone; when this has returned, its content has reached the disk. */
export function writeDurably(file: string, content: string): void {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    writeSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Replaces a file in one step: at any instant, a power cut included, there is the old content or the new one. */
export function replaceDurably(file: string, content: string): void {
  renameDurably(draftOf(file, content), file);
}

/** Writes the new content beside the file; what a full disk leaves of it goes again. */
function draftOf(file: string, content: string): string {
  const draft = `${file}.changed`;
  try {
    writeDurably(draft, content);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return draft;
}

export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/** The same, and what the old content was is overwritten before its space is given back. */
export function replaceAndShred(file: string, content: string): void {
  const draft = draftOf(file, content);
  const old = shreddable(file);
  shred(old);
  keepUnder(file, old);
  renameDurably(draft, file);
  shred(old);
}

/** The second name under which a replaced file waits for being overwritten. */
export const shreddable = (file: string): string => `${file}.old`;

/** Overwrites a file and deletes it. File systems that write to a new place (and flash disks always do) keep the old blocks a while. */
export function shred(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return;
  // Under another name the same content is still in use: a replacement ended between its two names.
  if (found.nlink === 1) tryToOverwrite(file, found.size);
  rmSync(file);
}

/** The same for a file of which nothing is to remain, under whatever names it is still there. */
export function destroy(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return;
  tryToOverwrite(file, found.size);
  rmSync(file);
}

function tryToOverwrite(file: string, size: number): void {
  try {
    overwrite(file, randomBytes(size));
  } catch {
    // Deleting it as it is comes next to that, and nobody is kept from signing in.
  }
}

function overwrite(file: string, content: Buffer): void {
  const descriptor = openSync(file, 'r+');
  try {
    writeSync(descriptor, content, 0, content.length, 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function keepUnder(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch {
    // No old file, or a file system without second names: then the old content is given back as it is.
  }
}

/** A new name is durable once its folder is; Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
