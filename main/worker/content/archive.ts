import { strFromU8, unzipSync, type Unzipped } from 'fflate';
import { damaged, tooLarge } from './failure.ts';

/** What the parts of one file may hold unpacked: more than any document needs, less than a bomb. */
const MAX_UNPACKED = 200 * 1024 * 1024;
const MAX_ENTRIES = 20_000;

/** The names in an archive; fails where it is none. */
export function namesIn(archive: Uint8Array): Set<string> {
  const names = new Set<string>();
  open(archive, ({ name }) => {
    names.add(name);
    return false;
  });
  return names;
}

/**
 * The parts of an Office file that are wanted. What is unpacked is bounded by the sizes that the archive states: a part
 * that is larger than it says is cut off there.
 */
export function partsOf(archive: Uint8Array, wanted: (name: string) => boolean): Unzipped {
  let unpacked = 0;
  const parts = open(archive, ({ name, originalSize }) => {
    if (!wanted(name)) return false;
    unpacked += originalSize;
    if (unpacked > MAX_UNPACKED) throw tooLarge('the file is too large unpacked');
    return true;
  });
  for (const [name, content] of Object.entries(parts)) if (/\.(xml|rels)$/i.test(name)) refuseEntities(content);
  return parts;
}

function open(archive: Uint8Array, filter: (file: { name: string; originalSize: number }) => boolean): Unzipped {
  let entries = 0;
  try {
    return unzipSync(archive, {
      filter: (file) => {
        entries += 1;
        if (entries > MAX_ENTRIES) throw tooLarge('the archive has too many entries');
        return filter(file);
      },
    });
  } catch (error) {
    throw damaged(error);
  }
}

/** The format forbids what declares entities (ECMA-376, part 2); whoever writes it there is up to something. */
function refuseEntities(xml: Uint8Array): void {
  const text = strFromU8(xml, true);
  // In UTF-16 every other byte is empty.
  if (/<!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)/i.test(text)) throw damaged(new Error('the file declares entities'));
}
