import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { createPerson } from '../db/central/people.ts';
import { FaultyProxy } from '../main/worker/testing/faulty-proxy.ts';
import { replicaKeys, stretchedPasswords } from '../main/worker/testing/replica-key.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';
import { secretBytes, secretsInFolder, secretsOfProcesses, secretText, type Secret } from './support/secrets.ts';

/* No secret is left in anything that outlives a moment: files, logs, caches, command lines, environments. */

const email = 'operations@factorypulse.vn';
// Characters that every encoding writes in its own way.
const oneTime = 'Một-lần/9a7c&x="ẩn" 41?';
const chosen = 'Xưởng#phay%CNC 77+đúc/e3b1';
const wrong = 'Sai-mật khẩu/55&f0d2';
const inAddress = 'Trong-địa chỉ:8b6e';

let central: Central;
let proxy: FaultyProxy;

test.beforeAll(async () => {
  central = await startCentral();
  proxy = await FaultyProxy.start(central);
});

test.afterAll(async () => {
  await proxy.stop();
  await central.stop();
});

test('a search for secrets finds what was planted, in every form', () => {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-planted-'));
  try {
    const key = Buffer.from('c0ffee11223344556677889900aabbccddeeff00112233445566778899aabbcc', 'hex');
    const secrets = [secretText('password', chosen), secretBytes('key', key)];
    const plant = (content: Buffer | string): string[] => {
      writeFileSync(join(folder, 'planted'), content);
      return secretsInFolder(folder, secrets);
    };
    expect(plant(Buffer.from('Xưởng#phay%CNC 77+đúc/e3b0'))).toEqual([]);
    const around = (middle: string) => `{"x":"before ${middle} behind"}`;
    const texts: (Buffer | string)[] = [
      around(chosen),
      Buffer.from(around(chosen), 'utf16le'),
      around(chosen.normalize('NFD')),
      encodeURIComponent(around(chosen)),
      new URLSearchParams({ q: around(chosen) }).toString(),
      ...['', 'a', 'ab', 'abc'].map((before) => Buffer.from(before + around(chosen)).toString('base64')),
      Buffer.from(around(chosen)).toString('hex'),
    ];
    for (const text of texts) expect(plant(text), String(text)).toEqual(['password in planted']);
    const bytes: (Buffer | string)[] = [key, key.toString('hex'), key.toString('base64'), Buffer.concat([Buffer.from('x'), key, key]).toString('base64')];
    for (const content of bytes) expect(plant(content)).toEqual(['key in planted']);
    rmSync(join(folder, 'planted'));
    writeFileSync(join(folder, `log ${encodeURIComponent(chosen)}`), '');
    expect(secretsInFolder(folder, secrets)).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a whole life of the application leaves no secret anywhere', async () => {
  test.setTimeout(240_000);
  const { rows } = await central.client.query<{ id: string }>('select id from public.users where email = $1', [email]);
  const userId = rows[0]?.id ?? '';
  await createPerson(central.client, { userId, password: oneTime, mustChange: true });
  const channel = await central.client.query<{ channel: string }>('select channel from sync.channels');
  const secrets: Secret[] = [
    secretText('one-time password', oneTime),
    secretText('password', chosen),
    secretText('wrong password', wrong),
    secretText('password in an address', inAddress),
    ...channel.rows.map((row) => secretText('wake-up channel', row.channel)),
  ];
  const desktop = new Desktop({ server: `postgres://127.0.0.1:${proxy.port}/${central.database}`, keyring: false });
  let looked = 0;
  const check = (when: string) => {
    const processes = secretsOfProcesses(desktop.application.process().pid ?? 0, secrets);
    looked = Math.max(looked, processes.looked);
    expect(processes.found, when).toEqual([]);
    expect(secretsInFolder(desktop.folder, secrets), when).toEqual([]);
  };
  const { words: t } = desktop;

  try {
    const page = await desktop.open();
    await desktop.trySignIn(email, wrong);
    await expect(desktop.problem).toBeVisible();
    check('after a wrong password');

    await desktop.trySignIn(email, oneTime);
    await page.getByLabel(t('session.newPassword.password'), { exact: true }).fill(chosen);
    await page.getByLabel(t('session.newPassword.repeat'), { exact: true }).fill(chosen);
    check('while a new password is typed');
    await page.getByRole('button', { name: t('session.newPassword.submit') }).click();
    await desktop.isOnline();
    secrets.push(...(await replicaKeys(desktop.folder, chosen)).map((key) => secretBytes('key of the replica', key)));
    expect(secrets.at(-1)?.name).toBe('key of the replica');
    secrets.push(...(await stretchedPasswords(desktop.folder, chosen)).map((key) => secretBytes('stretched password', key)));
    expect(secrets.at(-1)?.name).toBe('stretched password');
    check('signed in');

    const called = await page.evaluate(async (password) => {
      const { call } = window.factoryPulse;
      const list = await call('projects.list', { status: 'active', limit: 1 });
      const id = list.ok ? (list.value.rows[0]?.id ?? '') : '';
      const edit = await call('projects.update', { id, patch: { notes: 'Ghi chú' } });
      const settings = await call('settings.set', { language: 'en', theme: 'dark' });
      const address = await call('settings.set', { serverUrl: `postgres://khanh:${password}@127.0.0.1/x` });
      const again = await call('session.signIn', { email: 'ceo@factorypulse.vn', password });
      return [edit.ok, settings.ok, address.ok, again.ok];
    }, inAddress);
    expect(called).toEqual([true, true, false, false]);
    check('after edits, settings and refused calls');

    await desktop.application.evaluate(() => (process as NodeJS.EventEmitter).emit('factory-pulse:terminate-worker'));
    const alive = () => page.evaluate(async () => (await window.factoryPulse.call('projects.board', {})).ok);
    await expect.poll(alive).toBe(true);
    check('after a crash of the worker');

    await desktop.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
    await expect.poll(() => desktop.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.isCrashed())).toBe(false);
    check('after a crash of the page');
    await desktop.close();
    expect(secretsInFolder(desktop.folder, secrets), 'closed').toEqual([]);

    // A start without a network: by the remembered password where there is a keyring, else by the typed one.
    proxy.setDown(true);
    const offline = await desktop.open();
    const state = () =>
      offline.evaluate(async () => {
        const session = await window.factoryPulse.call('session.current');
        return session.ok && session.value !== null;
      });
    await offline.waitForFunction(() => 'factoryPulse' in window);
    if (!(await state())) {
      const answer = await offline.evaluate(
        (credentials) => window.factoryPulse.call('session.signIn', credentials),
        { email, password: chosen },
      );
      expect(answer.ok).toBe(true);
    }
    check('after a start without a network');

    const folders = await desktop.application.evaluate(({ app }) =>
      (['userData', 'sessionData', 'logs', 'crashDumps'] as const).map((name) => app.getPath(name)),
    );
    for (const folder of folders) expect(folder.startsWith(desktop.folder), `${folder} lies in the data folder`).toBe(true);
    await desktop.close();
    expect(secretsInFolder(desktop.folder, secrets), 'at the end').toEqual([]);
    writeFileSync(join(desktop.folder, 'logs', 'planted.log'), chosen);
    expect(secretsInFolder(desktop.folder, secrets), 'planted among the real files').toEqual(['password in logs/planted.log']);
    // Main, its helpers and the page's process at least.
    expect(looked).toBeGreaterThan(2);
  } finally {
    proxy.setDown(false);
    await desktop.remove();
  }
});
