import { randomBytes } from 'node:crypto';
import { closeSync, copyFileSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoCentral, type DemoCentral } from '../../db/testing/demo-central.ts';
import { demoPassword } from '../../shared/demo-accounts.ts';
import { Profile } from './profiles/profile.ts';
import { openReplica } from './replica/database.ts';
import { TestDesktop } from './testing/desktop.ts';
import { FaultyProxy } from './testing/faulty-proxy.ts';

const ceo = 'ceo@factorypulse.vn';
const sales = 'sales.manager@factorypulse.vn';

let central: DemoCentral;
let proxy: FaultyProxy;
const desktops: TestDesktop[] = [];

beforeAll(async () => {
  central = await createDemoCentral();
  proxy = await FaultyProxy.start(central);
});

afterEach(async () => {
  for (const one of desktops.splice(0)) await one.remove();
  proxy.setDown(false);
});

afterAll(async () => {
  await proxy.stop();
  await central.drop();
});

/** A desktop on which these people have worked, the last of them with a change that is not sent yet. */
async function usedDesktop(...people: string[]): Promise<TestDesktop> {
  const one = new TestDesktop(`postgres://127.0.0.1:${proxy.port}/${central.database}`);
  desktops.push(one);
  for (const email of people) {
    await one.signIn(email);
    await one.settled();
  }
  proxy.setDown(true);
  await one.call('sync.now');
  const { rows } = await one.call('projects.list', {});
  await one.call('projects.update', { id: rows[0]?.id ?? '', patch: { title: 'Chưa gửi' } });
  await one.restart();
  proxy.setDown(false);
  return one;
}

const profileOf = (one: TestDesktop, email = ceo): Profile => new Profile(one.folder, one.serverName, email);

async function keyOf(profile: Profile): Promise<Buffer> {
  const key = await profile.unlock(demoPassword);
  if (!key) throw new Error('the demo password does not open this profile');
  return key;
}

function overwrite(file: string, position: number, bytes: Buffer): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, position);
  closeSync(descriptor);
}

const setAsideFolders = (one: TestDesktop): string[] =>
  readdirSync(join(one.folder, 'profiles')).filter((name) => name.includes('.set-aside-'));

describe('a replica that is damaged', () => {
  const keyFile = (profile: Profile): string => join(profile.folder, 'key.json');
  const spoilKeyFile = (profile: Profile, spoil: (content: string) => string): void =>
    writeFileSync(keyFile(profile), spoil(readFileSync(keyFile(profile), 'utf8')));

  it.each<[string, (profile: Profile) => void]>([
    ['the whole first page', ({ replicaFile }) => overwrite(replicaFile, 0, randomBytes(4096))],
    ['the first hundred bytes', ({ replicaFile }) => overwrite(replicaFile, 0, randomBytes(100))],
    ['one bit of the first page', ({ replicaFile }) => overwrite(replicaFile, 2000, flipped(replicaFile, 2000))],
    ['one bit in the middle', ({ replicaFile }) => overwrite(replicaFile, middle(replicaFile), flipped(replicaFile, middle(replicaFile)))],
    ['pages in the middle', ({ replicaFile }) => overwrite(replicaFile, middle(replicaFile), randomBytes(20_000))],
    ['two pages exchanged', ({ replicaFile }) => exchangePages(replicaFile, 3, 4)],
    ['the second half missing', ({ replicaFile }) => truncateSync(replicaFile, middle(replicaFile))],
    ['all but a few bytes missing', ({ replicaFile }) => truncateSync(replicaFile, 10)],
    ['an empty file', ({ replicaFile }) => truncateSync(replicaFile, 0)],
    ['zeros alone', ({ replicaFile }) => writeFileSync(replicaFile, Buffer.alloc(statSync(replicaFile).size))],
    ['no file', ({ replicaFile }) => rmSync(replicaFile)],
    ['an empty key file', (profile) => spoilKeyFile(profile, () => '')],
    ['half a key file', (profile) => spoilKeyFile(profile, (content) => content.slice(0, content.length / 2))],
    ['a key file of something else', (profile) => spoilKeyFile(profile, () => '{"version":1}')],
    ['another letter in the key', (profile) => spoilKeyFile(profile, (content) => content.replace(/"wrapped":"./, '"wrapped":"_'))],
    ['another key of the same form', (profile) => spoilKeyFile(profile, (content) =>
      content.replace(/"wrapped":"[^"]*"/, `"wrapped":"${randomBytes(32).toString('base64')}"`))],
    ['no key file', (profile) => rmSync(keyFile(profile))],
  ])('is told as that, offline and online, kept when set aside, and loaded anew: %s', async (_, damage) => {
    const one = await usedDesktop(ceo);
    const profile = profileOf(one);
    damage(profile);
    const damaged = readdirSync(profile.folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(profile.folder, name))]);

    await expect(one.signIn(ceo, {}, true)).rejects.toMatchObject({ code: 'REPLICA_DAMAGED' });
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_DAMAGED' });
    proxy.setDown(true);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_DAMAGED' });
    // Without the centre there is nothing to load from, so nothing is moved either.
    await expect(one.signIn(ceo, { setAside: true })).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
    proxy.setDown(false);
    await expect(one.signIn(ceo, { setAside: true, password: 'guessed' })).rejects.toMatchObject({ code: 'WRONG_CREDENTIALS' });
    expect(setAsideFolders(one)).toEqual([]);

    await one.signIn(ceo, { setAside: true });
    await one.settled();
    expect((await one.call('projects.list', {})).total).toBe(17);
    const [kept] = setAsideFolders(one);
    for (const [name, content] of damaged) {
      expect(readFileSync(join(one.folder, 'profiles', String(kept), String(name)))).toEqual(content);
    }
  });

  it('is told in the middle of the work too, where a large file is not read through at its opening', async () => {
    const one = await usedDesktop(ceo);
    const profile = profileOf(one);
    const key = await keyOf(profile);
    const replica = openReplica(profile.replicaFile, key);
    replica.write.exec('create table filling (content blob)');
    replica.write.prepare('insert into filling select zeroblob(1000000) from json_each(?)').run(JSON.stringify(Array(70).fill(0)));
    const page = replica.write.prepare("select rootpage from sqlite_schema where name = 'projects'").pluck().get() as number;
    replica.close();
    overwrite(profile.replicaFile, (page - 1) * 4096 + 500, randomBytes(16));
    proxy.setDown(true);
    await one.signIn(ceo);
    await expect(one.call('projects.list', {})).rejects.toMatchObject({ code: 'REPLICA_DAMAGED' });
  });

  it('is not what an interrupted first sign-in leaves behind', async () => {
    const one = await usedDesktop(ceo);
    const { folder, replicaFile } = profileOf(one);
    await one.signIn(ceo);
    await one.settled();
    await one.restart();
    // The state between the two last steps of making a profile.
    copyFileSync(join(folder, 'key.json'), join(folder, 'key.json.new'));
    rmSync(join(folder, 'key.json'));
    truncateSync(replicaFile, 0);
    await one.signIn(ceo);
    await one.settled();
    expect((await one.call('projects.list', {})).total).toBe(17);
  });
});

function exchangePages(file: string, one: number, other: number): void {
  const content = readFileSync(file);
  const page = (number: number): Buffer => Buffer.from(content.subarray((number - 1) * 4096, number * 4096));
  overwrite(file, (one - 1) * 4096, page(other));
  overwrite(file, (other - 1) * 4096, page(one));
}

const middle = (file: string): number => Math.floor(statSync(file).size / 8192) * 4096;

const flipped = (file: string, position: number): Buffer => Buffer.from([(readFileSync(file)[position] ?? 0) ^ 1]);

describe('a replica of somebody else', () => {
  it('does not open when its file was put in the place of the own one', async () => {
    const one = await usedDesktop(ceo, sales);
    copyFileSync(profileOf(one, ceo).replicaFile, profileOf(one, sales).replicaFile);
    await expect(one.signIn(sales)).rejects.toMatchObject({ code: 'REPLICA_OTHER_USER' });
    await expect(one.signIn(sales, {}, true)).rejects.toMatchObject({ code: 'REPLICA_OTHER_USER' });
    await one.signIn(sales, { setAside: true });
    await one.settled();
    expect(setAsideFolders(one)).toHaveLength(1);
  });

  it('is not used where the address has been given to another person since', async () => {
    const one = await usedDesktop(ceo);
    const profile = profileOf(one);
    const replica = openReplica(profile.replicaFile, await keyOf(profile));
    replica.write.prepare("update meta set value = ? where key = 'user_id'").run('00000000-0000-7000-8000-000000000000');
    replica.close();
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_OTHER_USER' });
  });
});

describe('a replica of a newer application', () => {
  it('is left as it is, with the request to update', async () => {
    const one = await usedDesktop(ceo);
    const profile = profileOf(one);
    const key = await keyOf(profile);
    const replica = openReplica(profile.replicaFile, key);
    replica.write.exec("insert into schema_migrations (version, name, checksum) values (999, 'later', '')");
    replica.close();
    const before = readFileSync(profile.replicaFile);
    await expect(one.signIn(ceo)).rejects.toMatchObject({ code: 'REPLICA_NEWER' });
    await expect(one.signIn(ceo, {}, true)).rejects.toMatchObject({ code: 'REPLICA_NEWER' });
    expect(readFileSync(profile.replicaFile)).toEqual(before);
  });
});
