/** What our application may ask of a person's Google Drive, least first. */
export const driveScopes = {
  /** Files that were made or chosen with this application, and no others. */
  file: 'https://www.googleapis.com/auth/drive.file',
  /** Looking through everything that the person can open; only where an administrator allows it. */
  browse: 'https://www.googleapis.com/auth/drive.readonly',
} as const;

/** The form of Google's client ids: the project's number, mostly with a random part, under one fixed domain. */
const CLIENT_ID = /^\d{6,21}(?:-[a-z0-9]{8,64})?\.apps\.googleusercontent\.com$/;

export const isClientId = (text: string): boolean => CLIENT_ID.test(text);

export const allowsBrowsing = (scopes: readonly string[]): boolean => scopes.includes(driveScopes.browse);

/** The scopes of an organization that allows looking through Drive, or only our own files. */
export const scopesOf = (browsing: boolean): string[] => (browsing ? [driveScopes.file, driveScopes.browse] : [driveScopes.file]);

export const FOLDER_TYPE = 'application/vnd.google-apps.folder';
export const SHORTCUT_TYPE = 'application/vnd.google-apps.shortcut';

/** Made in Google's own editors: they have no bytes, only a place to open, and some a form that Google converts them into. */
export const isGoogleNative = (mimeType: string): boolean =>
  mimeType.startsWith('application/vnd.google-apps.') && mimeType !== FOLDER_TYPE && mimeType !== SHORTCUT_TYPE;

export interface ExportForm {
  mime: string;
  ending: string;
}

const pdf: ExportForm = { mime: 'application/pdf', ending: '.pdf' };

/** What looks alike on every machine, and of tables what can be calculated with. */
const exportForms: ReadonlyMap<string, ExportForm> = new Map([
  ['application/vnd.google-apps.document', pdf],
  ['application/vnd.google-apps.presentation', pdf],
  ['application/vnd.google-apps.drawing', pdf],
  ['application/vnd.google-apps.spreadsheet', { mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', ending: '.xlsx' }],
]);

/** The form in which one of Google's own documents is copied; null for whatever has none. */
export const exportFormOf = (mimeType: string): ExportForm | null => exportForms.get(mimeType) ?? null;
