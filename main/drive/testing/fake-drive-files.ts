import { createHash, randomBytes } from 'node:crypto';

export const FOLDER = 'application/vnd.google-apps.folder';
const SHORTCUT = 'application/vnd.google-apps.shortcut';

/** One file, folder or shortcut of the fake Drive. */
export interface FakeFile {
  id: string;
  name: string;
  mimeType: string;
  parents: string[];
  content: Buffer | null;
  /** What Google converts one of its own documents into, by type. */
  exports: Readonly<Record<string, Buffer>>;
  modifiedTime: string;
  owner: string;
  ownedByMe: boolean;
  sharedWithMe: boolean;
  driveId: string | null;
  trashed: boolean;
  canDownload: boolean;
  /** Of a folder: the person may put files into it. */
  canAddChildren: boolean;
  /** Whoever has not been here before has to show it. */
  resourceKey: string | null;
  shortcutTo: string | null;
  /** Made by the application that asks: all that `drive.file` shows. */
  byApp: boolean;
  thumbnail: boolean;
}

export interface FakeChange {
  fileId: string;
  removed: boolean;
}

export const newId = (): string => `1${randomBytes(24).toString('base64url').replaceAll(/[^A-Za-z0-9]/g, 'x')}`;

/** What lies in the fake Drive, and the log of its changes. */
export class FakeDriveFiles {
  readonly all = new Map<string, FakeFile>();
  readonly drives = new Map<string, string>();
  readonly changes: FakeChange[] = [];
  readonly reservedIds = new Set<string>();

  add(file: Partial<FakeFile> & { name: string }): FakeFile {
    const added: FakeFile = {
      id: newId(),
      mimeType: 'application/pdf',
      parents: ['root'],
      content: null,
      exports: {},
      modifiedTime: '2026-03-02T01:15:00.000Z',
      owner: 'Nguyễn Thị Hương',
      ownedByMe: true,
      sharedWithMe: false,
      driveId: null,
      trashed: false,
      canDownload: true,
      canAddChildren: true,
      resourceKey: null,
      shortcutTo: null,
      byApp: false,
      thumbnail: false,
      ...file,
    };
    this.all.set(added.id, added);
    return added;
  }

  addFolder(name: string, more: Partial<FakeFile> = {}): FakeFile {
    return this.add({ name, mimeType: FOLDER, ...more });
  }

  addShortcut(name: string, target: string): FakeFile {
    return this.add({ name, mimeType: SHORTCUT, shortcutTo: target });
  }

  addDrive(name: string): string {
    const id = newId();
    this.drives.set(id, name);
    return id;
  }

  change(id: string, changed: Partial<FakeFile>): void {
    const file = this.all.get(id);
    if (!file) throw new Error(`there is no file ${id}`);
    Object.assign(file, changed);
    this.changes.push({ fileId: id, removed: false });
  }

  /** Deletes it, or takes away the person's access: Drive tells both alike. */
  remove(id: string): void {
    this.all.delete(id);
    this.changes.push({ fileId: id, removed: true });
  }

  /** The answer's form of a file; which fields were asked for plays no part. */
  resource(file: FakeFile): Record<string, unknown> {
    const target = file.shortcutTo === null ? undefined : this.all.get(file.shortcutTo);
    return {
      kind: 'drive#file',
      id: file.id,
      name: file.name,
      mimeType: file.mimeType,
      parents: file.parents,
      ...(file.content ? { size: String(file.content.length), md5Checksum: createHash('md5').update(file.content).digest('hex') } : {}),
      modifiedTime: file.modifiedTime,
      owners: file.driveId === null ? [{ displayName: file.owner, emailAddress: 'huong@example.vn' }] : undefined,
      ownedByMe: file.ownedByMe,
      shared: file.sharedWithMe,
      trashed: file.trashed,
      driveId: file.driveId ?? undefined,
      resourceKey: file.resourceKey ?? undefined,
      capabilities: { canDownload: file.canDownload, canAddChildren: file.canAddChildren },
      permissions: file.ownedByMe ? [{ role: 'reader', type: 'anyone' }, { role: 'owner', type: 'user', displayName: file.owner, emailAddress: 'huong@example.vn' }] : undefined,
      webViewLink: file.mimeType === FOLDER ? `https://drive.google.com/drive/folders/${file.id}` : `https://drive.google.com/file/d/${file.id}/view?usp=drivesdk`,
      hasThumbnail: file.thumbnail,
      thumbnailLink: file.thumbnail ? `https://lh3.googleusercontent.com/drive-storage/${file.id}=s220` : undefined,
      shortcutDetails:
        file.shortcutTo === null
          ? undefined
          : { targetId: file.shortcutTo, targetMimeType: target?.mimeType ?? 'application/pdf', targetResourceKey: target?.resourceKey ?? undefined },
    };
  }
}

const unquoted = (text: string): string => text.replaceAll("\\'", "'").replaceAll('\\\\', '\\');

/** The part of Drive's query language that our application uses; anything else is a fault of whoever sent it. */
export function matcherOf(query: string): (file: FakeFile) => boolean {
  const terms = query.split(' and ').map((term) => term.trim().replace(/^\((.*)\)$/, '$1'));
  const matchers = terms.map((term): ((file: FakeFile) => boolean) => {
    if (term === 'trashed = false') return (file) => !file.trashed;
    if (term === 'sharedWithMe = true') return (file) => file.sharedWithMe;
    const isFolder = /^mimeType (=|!=) '([^']+)'$/.exec(term);
    if (isFolder) return (file) => (file.mimeType === isFolder[2]) === (isFolder[1] === '=');
    const either = /^mimeType = '([^']+)' or shortcutDetails\.targetMimeType = '([^']+)'$/.exec(term);
    if (either) return (file) => file.mimeType === either[1] || file.shortcutTo !== null;
    const inside = /^'([A-Za-z0-9_-]+)' in parents$/.exec(term);
    if (inside) return (file) => file.parents.includes(inside[1] ?? '');
    const named = /^name contains '((?:[^'\\]|\\.)*)' or fullText contains '((?:[^'\\]|\\.)*)'$/.exec(term);
    if (named) return (file) => file.name.toLowerCase().includes(unquoted(named[1] ?? '').toLowerCase());
    const called = /^name = '([^']+)' or name = '([^']+)'$/.exec(term);
    if (called) return (file) => file.name === called[1] || file.name === called[2];
    throw new Error(`not a query of Drive: ${term}`);
  });
  return (file) => matchers.every((matches) => matches(file));
}
