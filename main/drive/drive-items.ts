import type { drive_v3 } from '@googleapis/drive';
import type { DriveFile, DriveItem, DriveListing, DrivePage, DriveReference } from '../../shared/api/drive.ts';
import { FOLDER_TYPE, SHORTCUT_TYPE } from '../../shared/domain/drive.ts';
import { formatTimestamp } from '../../shared/domain/timestamps.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from './connection.ts';

const PAGE_SIZE = 50;
const NAME_LIMIT = 500;
/** How many files are asked for at the same time. */
const AT_ONCE = 5;
const LARGEST_PICTURE = 512 * 1024;
const pictureTypes = /^image\/(png|jpeg|webp|gif)$/;

const commonFields =
  'id,name,mimeType,size,modifiedTime,owners(displayName,emailAddress),driveId,resourceKey,shortcutDetails,capabilities(canDownload),trashed';
const listFields = `nextPageToken,incompleteSearch,files(${commonFields},hasThumbnail,thumbnailLink)`;
const fileFields = `${commonFields},md5Checksum,webViewLink,permissions(role,type,displayName,emailAddress)`;

const allDrives = { supportsAllDrives: true, includeItemsFromAllDrives: true };

/** Files under a resource key open to whoever shows it. */
export const keyHeaders = ({ id, resource_key: key }: DriveReference): Record<string, string> =>
  key === null ? {} : { 'X-Goog-Drive-Resource-Keys': `${id}/${key}` };

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** One page of a place. `pictures` learns where Google keeps the picture of each file. */
export async function listDrive(connection: Connection, listing: DriveListing, pictures: Map<string, string>): Promise<DrivePage> {
  const { place, page } = listing;
  if (place.kind === 'drives') return listSharedDrives(connection, page);
  const conditions = ['trashed = false', ...placeConditions(listing)];
  const drive = place.kind === 'folder' && place.drive !== null ? { corpora: 'drive', driveId: place.drive } : place.kind === 'search' ? { corpora: 'allDrives' } : {};
  // Drive sorts nothing that it found by content.
  const order = place.kind === 'search' ? {} : { orderBy: place.kind === 'recent' ? 'viewedByMeTime desc' : 'folder,name_natural' };
  const { data } = await connection.request(() =>
    connection.files.files.list(
      { ...allDrives, ...drive, ...order, q: conditions.join(' and '), pageSize: PAGE_SIZE, fields: listFields, ...(page === null ? {} : { pageToken: page }) },
      { headers: place.kind === 'folder' ? keyHeaders(place.folder) : {} },
    ),
  );
  const items = (data.files ?? []).map(toItem).filter((item) => item !== null);
  for (const { id, thumbnailLink } of data.files ?? []) if (id && thumbnailLink) pictures.set(id, thumbnailLink);
  return { items, next: data.nextPageToken ?? null, incomplete: data.incompleteSearch ?? false };
}

function placeConditions({ place, only_folders: onlyFolders }: DriveListing): string[] {
  const folders = onlyFolders ? [`mimeType = '${FOLDER_TYPE}'`] : [];
  switch (place.kind) {
    case 'mine':
      return ["'root' in parents", ...folders];
    case 'shared':
      return ['sharedWithMe = true', ...folders];
    case 'recent':
      return onlyFolders ? folders : [`mimeType != '${FOLDER_TYPE}'`];
    case 'folder':
      return [`'${place.folder.id}' in parents`, ...folders];
    case 'search':
      return [`(name contains ${quoted(place.text)} or fullText contains ${quoted(place.text)})`, ...folders];
    case 'drives':
      return [];
  }
}

async function listSharedDrives(connection: Connection, page: string | null): Promise<DrivePage> {
  const { data } = await connection.request(() =>
    connection.files.drives.list({ pageSize: PAGE_SIZE, fields: 'nextPageToken,drives(id,name)', ...(page === null ? {} : { pageToken: page }) }),
  );
  const items = (data.drives ?? []).flatMap(({ id, name }): DriveItem[] =>
    id
      ? [{ id, name: nameOf(name), kind: 'drive', mime_type: FOLDER_TYPE, size: null, modified_at: null, owner: null, shortcut: false, resource_key: null, thumbnail: false, can_download: false }]
      : [],
  );
  return { items, next: data.nextPageToken ?? null, incomplete: false };
}

const nameOf = (name: string | null | undefined): string => (name ?? '').trim().slice(0, NAME_LIMIT) || '—';

const sizeOf = (size: string | null | undefined): number | null => {
  const bytes = Number(size ?? NaN);
  return Number.isSafeInteger(bytes) ? bytes : null;
};

/** In the one form in which moments are written here. */
function momentOf(time: string | null | undefined): string | null {
  const date = new Date(time ?? NaN);
  return Number.isNaN(date.getTime()) ? null : formatTimestamp(date);
}

const ownerOf = (file: drive_v3.Schema$File): string | null => file.owners?.[0]?.displayName ?? file.owners?.[0]?.emailAddress ?? null;

function toItem(file: drive_v3.Schema$File): DriveItem | null {
  const target = file.mimeType === SHORTCUT_TYPE ? file.shortcutDetails : null;
  const id = target ? target.targetId : file.id;
  const mimeType = target ? target.targetMimeType : file.mimeType;
  if (!id || !mimeType) return null;
  return {
    id,
    name: nameOf(file.name),
    kind: mimeType === FOLDER_TYPE ? 'folder' : 'file',
    mime_type: mimeType,
    size: sizeOf(file.size),
    modified_at: momentOf(file.modifiedTime),
    owner: ownerOf(file),
    shortcut: target !== null && target !== undefined,
    resource_key: (target ? target.targetResourceKey : file.resourceKey) ?? null,
    thumbnail: file.hasThumbnail === true && Boolean(file.thumbnailLink),
    can_download: file.capabilities?.canDownload ?? true,
  };
}

/** Everything about some files; a shortcut answers as what it leads to. */
export async function describeFiles(connection: Connection, references: readonly DriveReference[]): Promise<DriveFile[]> {
  const described: DriveFile[] = [];
  for (let from = 0; from < references.length; from += AT_ONCE) {
    described.push(...(await Promise.all(references.slice(from, from + AT_ONCE).map((reference) => describe(connection, reference)))));
  }
  return described;
}

export async function describe(connection: Connection, reference: DriveReference, followed = false): Promise<DriveFile> {
  const { data } = await connection.request(() =>
    connection.files.files.get({ fileId: reference.id, supportsAllDrives: true, fields: fileFields }, { headers: keyHeaders(reference) }),
  );
  const target = data.mimeType === SHORTCUT_TYPE ? data.shortcutDetails : null;
  if (target?.targetId && !followed) {
    return describe(connection, { id: target.targetId, resource_key: target.targetResourceKey ?? null }, true);
  }
  if (!data.id || !data.mimeType || target) throw new AppError('DRIVE_ANSWER_INVALID', 'Google described a file without id or type');
  const resourceKey = data.resourceKey ?? reference.resource_key;
  return {
    id: data.id,
    name: nameOf(data.name),
    kind: data.mimeType === FOLDER_TYPE ? 'folder' : 'file',
    mime_type: data.mimeType,
    size: sizeOf(data.size),
    modified_at: momentOf(data.modifiedTime),
    owner: ownerOf(data),
    url: addressOf(data.id, data.webViewLink, resourceKey),
    resource_key: resourceKey,
    md5: data.md5Checksum ?? null,
    can_download: data.capabilities?.canDownload ?? false,
    permissions: (data.permissions ?? []).slice(0, 100).map(({ role, type, displayName, emailAddress }) => ({
      role: role ?? '',
      type: type ?? '',
      name: displayName ?? null,
      email: emailAddress ?? null,
    })),
    drive_id: data.driveId ?? null,
  };
}

const webHosts = new Set(['drive.google.com', 'docs.google.com']);

/** Where a browser opens the file; an address that leads elsewhere is not taken over. */
export function addressOf(id: string, link: string | null | undefined, resourceKey: string | null): string {
  let url = new URL(`https://drive.google.com/open?id=${encodeURIComponent(id)}`);
  try {
    const given = new URL(link ?? '');
    if (given.protocol === 'https:' && webHosts.has(given.host) && given.username === '') url = given;
  } catch {
    // Google named none.
  }
  if (resourceKey !== null) url.searchParams.set('resourcekey', resourceKey);
  return url.href;
}

/** The small picture of a file, as a data address. */
export async function pictureOf(connection: Connection, link: string): Promise<string | null> {
  const url = connection.endpoints.picture(link);
  if (url === null) return null;
  const { data, headers, status } = await connection.request(() =>
    connection.auth.request<ArrayBuffer>({ url, responseType: 'arraybuffer', maxContentLength: LARGEST_PICTURE, validateStatus: (code) => code === 200 || code === 404 }),
  );
  const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  if (status !== 200 || !pictureTypes.test(type) || data.byteLength > LARGEST_PICTURE) return null;
  return `data:${type};base64,${Buffer.from(data).toString('base64')}`;
}

export async function readAccount(connection: Connection): Promise<{ name: string | null; email: string | null }> {
  const { data } = await connection.request(() => connection.files.about.get({ fields: 'user(displayName,emailAddress)' }));
  return { name: data.user?.displayName ?? null, email: data.user?.emailAddress ?? null };
}
