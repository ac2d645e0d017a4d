/** The longest name that every usual file system takes, in UTF-16 units and in bytes of UTF-8. */
const MOST_UNITS = 200;
const MOST_BYTES = 240;

/** Control characters, and those that turn the direction of what follows, by which `exe.pdf` could look like `fdp.exe`. */
// eslint-disable-next-line no-control-regex
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** What no name may hold on Windows; elsewhere it would be a trap for whoever gets the file there. */
const forbidden = /[<>:"/\\|?*]/g;
/** Names of devices on Windows, whatever their ending. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** In UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** The ending with its dot; empty where there is none worth keeping. */
export const endingOf = (name: string): string => /\.[\p{L}\p{N}]{1,20}$/u.exec(name)?.[0] ?? '';

/** What a person sees as a file's name: the last part of whatever path it came with, in Unicode's composed form. */
export function shownName(given: string): string {
  const last = given.normalize('NFC').split(/[/\\]/).filter((part) => part.trim() !== '').at(-1) ?? '';
  const name = last.replace(invisible, '').replace(/\s+/g, ' ').trim();
  return name === '' || /^\.+$/.test(name) ? 'file' : shortened(name);
}

/** A name under which the file can lie on any system: nothing leads out of its folder, and nothing is a device. */
export function safeName(given: string): string {
  const name = shownName(given).replace(forbidden, '_').replace(/[. ]+$/, '');
  if (name === '') return 'file';
  return reserved.test(name) ? `_${name}` : name;
}

/** Shortens before the ending, never inside of a character. */
function shortened(name: string): string {
  const ending = endingOf(name);
  const characters = Array.from(name.slice(0, name.length - ending.length));
  while (characters.length > 1 && (characters.join('').length + ending.length > MOST_UNITS || bytesOf(characters.join('') + ending) > MOST_BYTES)) {
    characters.pop();
  }
  return characters.join('').trimEnd() + ending;
}
