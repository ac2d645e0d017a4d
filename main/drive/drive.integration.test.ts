import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DriveListing, DriveState } from '../../shared/api/drive.ts';
import { driveListing } from '../../shared/api/drive.ts';
import { driveScopes } from '../../shared/domain/drive.ts';
import type { Role } from '../../shared/domain/roles.ts';
import { AppError } from '../../shared/errors.ts';
import { keyring } from '../keyring.fixture.ts';
import { noVault, type Vault } from '../keyring.ts';
import { memoryLog, type MemoryLog } from '../memory-log.fixture.ts';
import type { DriveNews, LinkedDriveFile } from '../worker/protocol.ts';
import type { BackupOutbox } from './backup-copies.ts';
import { Drive } from './drive.ts';
import { endPage } from './end-page.ts';
import { googleAt } from './endpoints.ts';
import { FakeGoogle, type Consent } from './testing/fake-google.ts';

let google: FakeGoogle;
let folder: string;
let log: MemoryLog;
let vault: Vault;
let config: { client_id: string; scopes: string[]; is_active: boolean } | null;
let role: Role;
let waits: number[];
/** What happens before a request is made again. */
let whileWaiting: () => Promise<unknown>;
let addresses: string[];
let browserFails: boolean;
let copied: string[];
let announced: DriveState[];
let linked: LinkedDriveFile[];
let noted: DriveNews[];
let backups: BackupOutbox;
/** What the person does in the browser; null leaves it open. */
let inBrowser: ((address: string) => Promise<unknown>) | null;
let page: Awaited<ReturnType<FakeGoogle['consent']>> | null;

const organization = { id: '0197f000-0000-8000-8000-000000000001' };
const huong = { id: '0197f000-0000-8000-8000-000000000002' };

const noBackups: BackupOutbox = {
  list: () => Promise.resolve({ waiting: [], sent: [], expired: [] }),
  sent: () => Promise.reject(new Error('not expected here')),
  notSent: () => Promise.reject(new Error('not expected here')),
  gone: () => Promise.reject(new Error('not expected here')),
};

const profileFolder = (name: string): string => {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
};

const unexpected = () => Promise.reject(new Error('not expected here'));

function newDrive(preset: { id: string; secret: string | null } | null = null, signInLimitMs = 5000): Drive {
  const drive = new Drive({
    endpoints: googleAt(google.url),
    keyring: { vault, platform: 'linux', log },
    secretsFile: join(folder, 'drive-client.json'),
    preset,
    role: () => role,
    config: () => Promise.resolve(config),
    linked: () => Promise.resolve(linked),
    note: (news) => {
      noted.push(...news);
      return Promise.resolve();
    },
    openBrowser: (address) => {
      if (browserFails) return Promise.reject(new AppError('LINK_NOT_OPENED', 'the system opened no browser'));
      addresses.push(address);
      void inBrowser?.(address);
      return Promise.resolve();
    },
    copyText: (text) => {
      copied.push(text);
      return Promise.resolve();
    },
    page: (outcome) => endPage('vi', { title: outcome, text: 'Bạn có thể <đóng> thẻ này.' }),
    announce: (state) => announced.push(state),
    store: { takeIn: unexpected, source: unexpected, keepCopy: unexpected },
    backups,
    tellTransfers: () => undefined,
    waiting: {
      wait: async (ms) => {
        waits.push(ms);
        await whileWaiting();
      },
      random: () => 0,
    },
    signInLimitMs,
  });
  drive.personArrived({ person: huong, organization, folder: profileFolder('huong') });
  return drive;
}

const consenting = (consent: Consent = {}) => async (address: string): Promise<void> => {
  page = await google.consent(address, consent);
};

async function connected(browse = true): Promise<Drive> {
  const drive = newDrive();
  await drive.setClientSecret(google.client.secret);
  await drive.connect({ browse });
  return drive;
}

const list = (drive: Drive, place: DriveListing['place'], page: string | null = null) => drive.list(driveListing.parse({ place, page }));

/** Everything that lies on the disk. */
const onDisk = (): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

beforeEach(async () => {
  google = await FakeGoogle.start();
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-drive-'));
  log = memoryLog();
  vault = keyring();
  config = { client_id: google.client.id, scopes: [driveScopes.file, driveScopes.browse], is_active: true };
  role = 'sales';
  waits = [];
  whileWaiting = () => Promise.resolve();
  addresses = [];
  browserFails = false;
  copied = [];
  announced = [];
  linked = [];
  noted = [];
  backups = noBackups;
  inBrowser = consenting();
  page = null;
});

afterEach(async () => {
  await google.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(google.problems).toEqual([]);
});

describe('signing in at Google', () => {
  it('goes through the browser with PKCE and a state, and ends on a page without script', async () => {
    const drive = await connected();
    expect(await drive.state()).toMatchObject({
      status: 'connected',
      account: { name: google.account.displayName, email: google.account.emailAddress },
      browsing: true,
      client_secret: 'machine',
      session_only: false,
    });
    expect(announced.map(({ status }) => status)).toContain('connecting');
    expect(page?.status).toBe(200);
    expect(page?.page).toContain('&lt;đóng&gt;');
    expect(page?.page).not.toContain('<script');
    expect(page?.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+';/);
    expect(page?.headers.get('referrer-policy')).toBe('no-referrer');
    const asked = new URL(addresses[0] ?? '').searchParams;
    expect(asked.get('scope')).toBe(`${driveScopes.file} ${driveScopes.browse}`);
    expect(asked.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/google$/);
  });

  it('sends the backups that wait for it, also one that somebody stopped before', async () => {
    const file = join(profileFolder('huong'), 'archive');
    writeFileSync(file, 'bản sao lưu');
    const sent: string[] = [];
    const waiting = { id: '1', name: 'factory_pulse_snapshot_backup_20250901_093043.fpbackup', size: 14, file, folder: null, error: 'DRIVE_CANCELLED' as const };
    backups = {
      ...noBackups,
      list: () => Promise.resolve({ waiting: sent.length > 0 ? [] : [waiting], sent: [], expired: [] }),
      sent: ({ file_id }) => {
        sent.push(file_id);
        return Promise.resolve();
      },
    };
    await connected();
    await expect.poll(() => sent.map((id) => google.drive.all.get(id)?.name), { timeout: 10_000 }).toEqual([waiting.name]);
    expect(google.drive.all.get(sent[0] ?? '')?.content?.toString()).toBe('bản sao lưu');
  });

  it('asks for no more than the files of this application unless browsing was asked for and is allowed', async () => {
    const drive = await connected(false);
    expect(new URL(addresses[0] ?? '').searchParams.get('scope')).toBe(driveScopes.file);
    expect(await drive.state()).toMatchObject({ browsing: false, browsing_allowed: true });
    await drive.connect({ browse: true });
    expect(await drive.state()).toMatchObject({ browsing: true });
    config = { client_id: google.client.id, scopes: [driveScopes.file], is_active: true };
    await expect(drive.connect({ browse: true })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('takes foreign requests for nothing, and closes after the one answer', async () => {
    const seen: number[] = [];
    const ask = (url: string, { host, method = 'GET' }: { host?: string; method?: string } = {}) =>
      new Promise<number>((resolve, reject) => {
        request(url, { method, headers: host === undefined ? {} : { host } }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    let redirect = '';
    inBrowser = async (address) => {
      redirect = new URL(address).searchParams.get('redirect_uri') ?? '';
      const state = new URL(address).searchParams.get('state') ?? '';
      const { origin } = new URL(redirect);
      const wrong = 'x'.repeat(state.length);
      seen.push(await ask(`${origin}/favicon.ico`));
      seen.push(await ask(redirect));
      seen.push(await ask(`${redirect}?code=stolen&state=${wrong}`));
      seen.push(await ask(`${redirect}?error=access_denied&state=short`));
      seen.push(await ask(`${redirect}?code=a&code=b&state=${state}`));
      seen.push(await ask(`${redirect}?code=a&state=${state}&state=${state}`));
      seen.push(await ask(`${redirect}?code=a&state=${state}`, { method: 'POST' }));
      seen.push(await ask(`${redirect}?code=a&state=${state}`, { host: 'evil.example' }));
      seen.push(await ask(`${redirect}?code=a&state=${state}&iss=${encodeURIComponent('https://evil.example')}`));
      await consenting()(address);
    };
    const drive = await connected();
    expect(seen).toEqual([404, 400, 400, 400, 400, 400, 400, 400, 400]);
    expect((await drive.state()).status).toBe('connected');
    await expect(ask(redirect)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('ends in words where the person says no, takes too long, cancels or leaves something out', async () => {
    const drive = newDrive(null, 150);
    await drive.setClientSecret(google.client.secret);
    inBrowser = consenting({ deny: true });
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_SIGN_IN_REFUSED' });
    await expect.poll(() => page?.page).toContain('refused');
    inBrowser = null;
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_SIGN_IN_EXPIRED' });
    const waiting = drive.connect({ browse: false });
    await expect.poll(() => addresses.length).toBe(3);
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_SIGN_IN_RUNNING' });
    drive.cancelConnect();
    await expect(waiting).rejects.toMatchObject({ code: 'DRIVE_SIGN_IN_CANCELLED' });
    inBrowser = consenting({ only: [] });
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_SCOPE_MISSING' });
    expect(await drive.state()).toMatchObject({ status: 'disconnected' });
  });

  it('says what is wrong with the client', async () => {
    const drive = newDrive();
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_SECRET_NEEDED' });
    await drive.setClientSecret('GOCSPX-another_secret_123');
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_CLIENT_REFUSED' });
    google.fail(/^\/token$/, 'cut');
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_UNREACHABLE' });
    google.fail(/^\/token$/, { status: 400, body: { error: 'invalid_grant' } });
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_SIGN_IN_FAILED' });
    config = null;
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'DRIVE_NOT_CONFIGURED' });
    expect((await drive.state()).status).toBe('unconfigured');
    config = { client_id: google.client.id, scopes: [], is_active: false };
    expect((await drive.state()).status).toBe('inactive');
  });

  it('works with the client of the environment where the organization has entered none', async () => {
    config = null;
    const drive = newDrive(google.client);
    await drive.connect({ browse: false });
    expect(await drive.state()).toMatchObject({ status: 'connected', client_secret: 'environment', browsing_allowed: false });
  });

  it('waits where this machine opens no browser, for the address to be pasted into one', async () => {
    browserFails = true;
    const drive = newDrive();
    await drive.setClientSecret(google.client.secret);
    const connecting = drive.connect({ browse: false });
    await expect.poll(() => announced.at(-1)?.browser_failed).toBe(true);
    expect(log.lines).toContainEqual({ level: 'warn', event: 'drive.browser-not-opened', details: { code: 'LINK_NOT_OPENED' } });
    await drive.copySignIn();
    expect(copied).toHaveLength(1);
    await google.consent(copied[0] ?? '');
    expect(await connecting).toMatchObject({ status: 'connected', browser_failed: false });
  });

  it('is for those who may read how Drive is set up', async () => {
    role = 'supplier';
    const drive = newDrive();
    await expect(drive.state()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(drive.connect({ browse: false })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

describe('tokens', () => {
  it('lie sealed in the folder of the person, open after a restart, and only to them', async () => {
    await connected();
    for (const secret of google.secrets) expect(onDisk()).not.toContain(secret);
    expect(JSON.stringify(log.lines)).not.toMatch(/1\/\/0g|ya29|GOCSPX/);
    const again = newDrive();
    expect(await again.state()).toMatchObject({ status: 'connected', client_secret: 'machine' });
    expect((await list(again, { kind: 'mine' })).items).toEqual([]);
    expect(google.refreshes).toBe(1);
    // The sealed file under another person's name opens nothing.
    const other = newDrive();
    other.personArrived({ person: { id: '0197f000-0000-8000-8000-000000000003' }, organization, folder: join(folder, 'huong') });
    expect((await other.state()).status).toBe('disconnected');
  });

  it('are kept for the session alone where there is no keyring', async () => {
    vault = noVault;
    const drive = await connected();
    expect(await drive.state()).toMatchObject({ status: 'connected', session_only: true });
    expect(readdirSync(folder, { recursive: true })).toEqual(['huong']);
    drive.personLeft();
    await expect(drive.state()).rejects.toMatchObject({ code: 'SESSION_REQUIRED' });
    drive.personArrived({ person: huong, organization, folder: join(folder, 'huong') });
    expect((await drive.state()).status).toBe('disconnected');
  });

  it('are refreshed by one request, however many wait', async () => {
    const drive = await connected();
    google.expireAccessTokens();
    google.refreshDelay = 50;
    await Promise.all(Array.from({ length: 8 }, () => list(drive, { kind: 'mine' })));
    expect(google.refreshes).toBe(1);
    expect(google.mostRefreshesAtOnce).toBe(1);
  });

  it('that Google no longer accepts lead to a reconnection, which survives a restart', async () => {
    const drive = await connected();
    google.revokeAll();
    await expect(list(drive, { kind: 'mine' })).rejects.toMatchObject({ code: 'DRIVE_RECONNECT' });
    expect(await drive.state()).toMatchObject({ status: 'reconnect', account: { email: 'huong@example.vn' } });
    expect(announced.at(-1)?.status).toBe('reconnect');
    await expect(list(drive, { kind: 'mine' })).rejects.toMatchObject({ code: 'DRIVE_RECONNECT' });
    expect(google.refreshes).toBe(1);
    await expect.poll(async () => (await newDrive().state()).status).toBe('reconnect');
    const again = newDrive();
    await again.connect({ browse: true });
    expect((await again.state()).status).toBe('connected');
  });

  it('of another client are never shown to this one', async () => {
    const drive = await connected();
    google.client = { ...google.client, id: '999999999999-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com' };
    config = { client_id: google.client.id, scopes: [], is_active: true };
    const before = google.asked.length;
    expect((await drive.state()).status).toBe('reconnect');
    await expect(list(drive, { kind: 'mine' })).rejects.toMatchObject({ code: 'DRIVE_RECONNECT' });
    expect(google.asked.length).toBe(before);
  });

  it('of a client that was deleted say so', async () => {
    const drive = await connected();
    google.expireAccessTokens();
    google.clientDeleted = true;
    await expect(list(drive, { kind: 'mine' })).rejects.toMatchObject({ code: 'DRIVE_CLIENT_REFUSED' });
  });
});

describe('disconnecting', () => {
  it('wipes here, transfers too, and has Google forget', async () => {
    const drive = await connected();
    writeFileSync(join(folder, 'huong', 'drive-transfers.json'), '{}');
    expect(await drive.disconnect()).toMatchObject({ status: 'disconnected', account: null, revocation_waits: false });
    expect(google.revocations).toBe(1);
    expect(google.liveGrants).toBe(0);
    expect(readdirSync(join(folder, 'huong'))).toEqual([]);
    await expect(list(drive, { kind: 'mine' })).rejects.toMatchObject({ code: 'DRIVE_NOT_CONNECTED' });
  });

  it('wipes at once without a network too, and tells Google when it is back', async () => {
    const drive = await connected();
    google.fail(/^\/revoke$/, 'cut', { status: 503 });
    expect(await drive.disconnect()).toMatchObject({ status: 'disconnected', revocation_waits: true });
    expect(readdirSync(join(folder, 'huong'))).toEqual([]);
    await drive.revokeWaiting();
    expect((await drive.state()).revocation_waits).toBe(true);
    await drive.revokeWaiting();
    expect((await drive.state()).revocation_waits).toBe(false);
    expect(google.revocations).toBe(1);
  });
});

describe('looking through Drive', () => {
  it('lists places, folders and shared drives page by page, and follows shortcuts', async () => {
    const drive = await connected();
    const drawings = google.drive.addFolder('Bản vẽ');
    for (let n = 0; n < 120; n += 1) google.drive.add({ name: `P-${n}.pdf`, parents: [drawings.id], content: Buffer.from('x') });
    const target = google.drive.add({ name: 'Hợp đồng.docx', ownedByMe: false, sharedWithMe: true, resourceKey: '0-aBc_9', parents: [] });
    google.drive.addShortcut('Lối tắt', target.id);
    const shared = google.drive.addDrive('Nhà máy');
    google.drive.add({ name: 'Quy trình.pdf', parents: [shared], driveId: shared });
    const mine = await list(drive, { kind: 'mine' });
    expect(mine.items.map(({ name, kind }) => [name, kind])).toEqual([['Bản vẽ', 'folder'], ['Lối tắt', 'file']]);
    expect(mine.items[1]).toMatchObject({ id: target.id, shortcut: true, resource_key: '0-aBc_9' });
    const names: string[] = [];
    let pages = 0;
    for (let next: string | null = null; pages === 0 || next !== null; pages += 1) {
      const page = await list(drive, { kind: 'folder', folder: { id: drawings.id, resource_key: null }, drive: null }, next);
      names.push(...page.items.map(({ name }) => name));
      next = page.next;
    }
    expect([pages, new Set(names).size]).toEqual([3, 120]);
    expect((await list(drive, { kind: 'shared' })).items.map(({ name }) => name)).toEqual(['Hợp đồng.docx']);
    const [factory] = (await list(drive, { kind: 'drives' })).items;
    expect(factory).toMatchObject({ id: shared, name: 'Nhà máy', kind: 'drive' });
    const inside = await list(drive, { kind: 'folder', folder: { id: shared, resource_key: null }, drive: shared });
    expect(inside.items.map(({ name }) => name)).toEqual(['Quy trình.pdf']);
  });

  it('searches for anything that a person types', async () => {
    const drive = await connected();
    google.drive.add({ name: "Gá D'Arc \\ (v2) and trashed = false.pdf" });
    google.drive.add({ name: 'Khác.pdf' });
    for (const text of ["D'Arc", '\\ (v2)', 'gá']) {
      expect((await list(drive, { kind: 'search', text })).items.map(({ name }) => name)).toHaveLength(1);
    }
  });

  it('shows with the smallest access only what this application put there', async () => {
    const drive = await connected(false);
    google.drive.add({ name: 'Riêng.pdf' });
    google.drive.add({ name: 'Của ứng dụng.pdf', byApp: true });
    expect((await list(drive, { kind: 'mine' })).items.map(({ name }) => name)).toEqual(['Của ứng dụng.pdf']);
    await expect(list(drive, { kind: 'drives' })).rejects.toMatchObject({ code: 'DRIVE_SCOPE_MISSING' });
  });

  it('describes what a link needs, with the resource key, the target of a shortcut and an address of Google alone', async () => {
    const drive = await connected();
    const target = google.drive.add({ name: 'Hợp đồng.docx', ownedByMe: false, resourceKey: '0-aBc_9', content: Buffer.from('abc') });
    const shortcut = google.drive.addShortcut('Lối tắt', target.id);
    const [file] = await drive.describe([{ id: shortcut.id, resource_key: null }]);
    expect(file).toMatchObject({
      id: target.id,
      name: 'Hợp đồng.docx',
      size: 3,
      owner: 'Nguyễn Thị Hương',
      resource_key: '0-aBc_9',
      url: `https://drive.google.com/file/d/${target.id}/view?usp=drivesdk&resourcekey=0-aBc_9`,
    });
    await expect(drive.describe([{ id: target.id, resource_key: null }])).rejects.toMatchObject({ code: 'DRIVE_NOT_FOUND' });
  });

  it('gets pictures through main as data', async () => {
    const drive = await connected();
    const file = google.drive.add({ name: 'Ảnh.png', thumbnail: true });
    const [item] = (await list(drive, { kind: 'mine' })).items;
    expect(item?.thumbnail).toBe(true);
    expect(await drive.thumbnail(file.id)).toMatch(/^data:image\/png;base64,iVBOR/);
    expect(await drive.thumbnail('1unknown')).toBe(null);
  });
});

describe('a request that fails', () => {
  it.each([
    [{ status: 403, reason: 'rateLimitExceeded' }, 'again'],
    [{ status: 403, reason: 'userRateLimitExceeded' }, 'again'],
    [{ status: 429, headers: { 'retry-after': '7' } }, 'again after 7 s'],
    [{ status: 500 }, 'again'],
    [{ status: 503, headers: { 'retry-after': '3600' } }, 'DRIVE_BUSY'],
    ['cut' as const, 'again'],
    [{ status: 403, reason: 'insufficientPermissions' }, 'DRIVE_SCOPE_MISSING'],
    [{ status: 403, reason: 'storageQuotaExceeded' }, 'DRIVE_FULL'],
    [{ status: 403, reason: 'cannotDownloadFile' }, 'DRIVE_NO_DOWNLOAD'],
    [{ status: 403, reason: 'accessNotConfigured' }, 'DRIVE_CLIENT_REFUSED'],
    [{ status: 403, reason: 'domainPolicy' }, 'DRIVE_POLICY'],
    [{ status: 403, reason: 'dailyLimitExceeded' }, 'DRIVE_BUSY'],
    [{ status: 403, reason: 'somethingNew' }, 'DRIVE_FORBIDDEN'],
    [{ status: 404 }, 'DRIVE_NOT_FOUND'],
    [{ status: 400, body: 'not even JSON' }, 'DRIVE_ANSWER_INVALID'],
    [{ status: 302, headers: { location: 'https://evil.example/' } }, 'DRIVE_ANSWER_INVALID'],
  ])('with %j ends as %s', async (fault, outcome) => {
    const drive = await connected();
    google.fail(/^\/drive\/v3\/files$/, fault);
    const asking = list(drive, { kind: 'mine' });
    if (outcome.startsWith('again')) {
      await expect(asking).resolves.toMatchObject({ items: [] });
      expect(waits).toEqual([outcome === 'again' ? 1000 : 7000]);
    } else {
      await expect(asking).rejects.toMatchObject({ code: outcome });
      expect(waits).toEqual([]);
    }
  });

  it('again and again is given up, each time after a longer wait', async () => {
    const drive = await connected();
    google.fail(/^\/drive\/v3\/files$/, ...Array.from({ length: 5 }, () => ({ status: 503 })));
    await expect(list(drive, { kind: 'mine' })).rejects.toMatchObject({ code: 'DRIVE_BUSY' });
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    expect(google.heal()).toBe(0);
  });

  it('tells nothing of tokens or addresses', async () => {
    const drive = await connected();
    google.fail(/^\/drive\/v3\/files$/, { status: 403, reason: 'somethingNew' });
    let failure = new Error();
    await list(drive, { kind: 'mine' }).catch((error: unknown) => {
      failure = error as Error;
    });
    expect(failure).toMatchObject({ code: 'DRIVE_FORBIDDEN' });
    const text = JSON.stringify([failure, failure.message, failure.stack, failure.cause, log.lines]);
    for (const secret of google.secrets) expect(text).not.toContain(secret);
  });
});

describe('what becomes of linked files', () => {
  it('is noticed: another name, the trash, lost access, and being back', async () => {
    const drive = await connected();
    const [renamed, trashed, lost, foreign] = ['a', 'b', 'c', 'd'].map((name) => google.drive.add({ name: `${name}.pdf` }));
    linked = [renamed, trashed, lost].map((file, place) => ({ file_id: file?.id ?? '', document_id: `0197f000-0000-8000-8000-00000000010${place}`, title: file?.name ?? '' }));
    google.drive.change(renamed?.id ?? '', { name: 'a - sửa.pdf' });
    google.drive.change(trashed?.id ?? '', { trashed: true });
    google.drive.change(foreign?.id ?? '', { name: 'không ai liên kết.pdf' });
    google.drive.remove(lost?.id ?? '');
    await drive.checkChanges();
    expect(noted.map(({ name, trashed }) => [name, trashed])).toEqual([['a - sửa.pdf', false], ['b.pdf', true]]);
    expect((await drive.troubles()).map(({ title, kind }) => [title, kind])).toEqual([['b.pdf', 'trashed'], ['c.pdf', 'lost']]);
    google.drive.change(trashed?.id ?? '', { trashed: false });
    await drive.checkChanges();
    expect((await drive.troubles()).map(({ kind }) => kind)).toEqual(['lost']);
    noted = [];
    await drive.checkChanges();
    expect(noted).toEqual([]);
  });

  it('goes on where it was after a restart, and begins anew where Google no longer knows the place', async () => {
    await connected();
    const file = google.drive.add({ name: 'a.pdf' });
    linked = [{ file_id: file.id, document_id: '0197f000-0000-8000-8000-000000000100', title: 'a.pdf' }];
    google.drive.change(file.id, { name: 'b.pdf' });
    const again = newDrive();
    await again.checkChanges();
    expect(noted.map(({ name }) => name)).toEqual(['b.pdf']);
    google.fail(/^\/drive\/v3\/changes$/, { status: 410, reason: 'pageTokenInvalid' });
    await again.checkChanges();
    google.drive.change(file.id, { name: 'c.pdf' });
    await again.checkChanges();
    expect(noted.map(({ name }) => name)).toEqual(['b.pdf', 'c.pdf']);
  });

  it('brings back no access that was given up while it was looked for', async () => {
    const drive = await connected();
    google.fail(/^\/drive\/v3\/changes$/, { status: 410, reason: 'pageTokenInvalid' });
    google.fail(/^\/drive\/v3\/changes\/startPageToken$/, { status: 503 });
    google.fail(/^\/revoke$/, 'cut');
    whileWaiting = () => drive.disconnect();
    await drive.checkChanges();
    expect(waits).toHaveLength(1);
    expect((await drive.state()).status).toBe('disconnected');
    expect(readdirSync(join(folder, 'huong'))).toEqual([]);
  });
});
