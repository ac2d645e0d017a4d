import { endingOf } from './file-names.ts';

/**
 * What files are by their endings. `opened` are those that a system's program may open from here: nothing that runs, that
 * carries programs (macros, scripts, shortcuts) or that leads elsewhere.
 */
const kinds: Readonly<Record<string, { mime: string; opened: boolean }>> = Object.fromEntries(
  (
    [
      ['pdf', 'application/pdf', true],
      ['png', 'image/png', true],
      ['jpg', 'image/jpeg', true],
      ['jpeg', 'image/jpeg', true],
      ['gif', 'image/gif', true],
      ['webp', 'image/webp', true],
      ['bmp', 'image/bmp', true],
      ['tif', 'image/tiff', true],
      ['tiff', 'image/tiff', true],
      ['heic', 'image/heic', true],
      ['svg', 'image/svg+xml', false],
      ['txt', 'text/plain', true],
      ['csv', 'text/csv', true],
      ['md', 'text/markdown', true],
      ['log', 'text/plain', true],
      ['json', 'application/json', true],
      ['xml', 'application/xml', false],
      ['html', 'text/html', false],
      ['htm', 'text/html', false],
      ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', true],
      ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', true],
      ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation', true],
      ['odt', 'application/vnd.oasis.opendocument.text', true],
      ['ods', 'application/vnd.oasis.opendocument.spreadsheet', true],
      ['docm', 'application/vnd.ms-word.document.macroEnabled.12', false],
      ['xlsm', 'application/vnd.ms-excel.sheet.macroEnabled.12', false],
      ['doc', 'application/msword', false],
      ['xls', 'application/vnd.ms-excel', false],
      ['step', 'model/step', true],
      ['stp', 'model/step', true],
      ['iges', 'model/iges', true],
      ['igs', 'model/iges', true],
      ['stl', 'model/stl', true],
      ['3mf', 'model/3mf', true],
      ['dxf', 'image/vnd.dxf', true],
      ['dwg', 'image/vnd.dwg', true],
      ['mp4', 'video/mp4', true],
      ['mov', 'video/quicktime', true],
      ['zip', 'application/zip', false],
      ['7z', 'application/x-7z-compressed', false],
      ['rar', 'application/vnd.rar', false],
    ] as const
  ).map(([ending, mime, opened]) => [ending, { mime, opened }]),
);

const kindOf = (name: string) => kinds[endingOf(name).slice(1).toLowerCase()];

/** The content type by the name; `application/octet-stream` where that says nothing. */
export const mimeTypeOf = (name: string): string => kindOf(name)?.mime ?? 'application/octet-stream';

/** Whether a file of this name may be handed to the system's program. */
export const mayBeOpened = (name: string): boolean => kindOf(name)?.opened ?? false;
