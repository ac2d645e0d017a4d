/* What is in a file: found out by the content thread (main/worker/content/), shown by the preview. */

export const contentKinds = ['pdf', 'docx', 'xlsx', 'table', 'text', 'image', 'svg', 'step', 'dxf', 'other'] as const;
export type ContentKind = (typeof contentKinds)[number];

/** What can be told of a file in a word or a number. */
export const factNames = [
  'title',
  'author',
  'organization',
  'created',
  'program',
  'pages',
  'page_size',
  'sheets',
  'image_size',
  'schema',
  'products',
  'format_version',
  'units',
  'extents',
  'layers',
  'entities',
  'entity_types',
] as const;
export type FactName = (typeof factNames)[number];

export interface Fact {
  name: FactName;
  values: (string | number)[];
  /** There are more values than these. */
  more?: boolean;
}

/** What a reader of the file should know: what is in it and does not run, and what it only pretends to be. */
export const contentWarnings = ['scripts', 'attachments', 'form', 'other_kind', 'cut'] as const;
export type ContentWarning = (typeof contentWarnings)[number];

export interface Sheet {
  name: string;
  rows: string[][];
  /** All rows and columns of the sheet, where that is known. */
  row_count: number;
  column_count: number;
}

/** What of a file is shown, and how: `pages` and `picture` are drawn from its bytes, the others hold it themselves. */
export type ContentView =
  | { form: 'pages'; pages: number }
  | { form: 'picture'; type: string; width: number; height: number }
  | { form: 'text'; text: string }
  | { form: 'sheets'; sheets: Sheet[]; sheet_count: number }
  | { form: 'facts' };

export interface LookedInto {
  kind: ContentKind;
  view: ContentView;
  facts: Fact[];
  warnings: ContentWarning[];
}

/** Of a sheet so many rows and columns are shown, of a cell so many characters. */
export const shownOfSheets = { sheets: 30, rows: 500, columns: 60, characters: 500 } as const;
/** Of a text so much is shown. */
export const shownOfText = { lines: 5_000, characters: 500_000 } as const;
