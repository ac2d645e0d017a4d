import { existsSync, linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test';
import { api } from '../shared/api/index.ts';
import type { Envelope } from '../shared/errors.ts';
import { createAuthority } from '../main/worker/testing/certificates.ts';
import { TlsFront } from '../main/worker/testing/tls-front.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';

/* What the shell does before anybody has signed in, as an installed program, and in a hostile environment. */

let central: Central;
const ends: (() => Promise<void> | void)[] = [];

test.beforeAll(async () => {
  central = await startCentral();
});

test.afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

test.afterAll(async () => {
  await central.stop();
});

const call = (page: Page, name: string, input?: unknown): Promise<Envelope<unknown>> =>
  page.evaluate(
    ([operation, value]) => {
      const bridge = window.factoryPulse as unknown as { call: (name: unknown, input: unknown) => Promise<Envelope<unknown>> };
      return bridge.call(operation, value);
    },
    [name, input] as const,
  );

test('without a session every operation that needs one is refused before its input is read', async () => {
  const desktop = new Desktop({ server: central.address });
  ends.push(() => desktop.remove());
  const page = await desktop.open();
  await expect(page.getByRole('button', { name: desktop.words('session.signIn.submit'), exact: true })).toBeVisible();
  const closed = Object.entries(api).filter(([, { session }]) => session === 'required');
  expect(closed.length).toBeGreaterThan(20);
  for (const [name] of closed) {
    for (const input of [undefined, {}, { id: 'x'.repeat(1_000) }]) {
      expect(await call(page, name, input), name).toMatchObject({ ok: false, error: { code: 'SESSION_REQUIRED' } });
    }
  }
});

/** The application under the name of an installed program: Electron takes any name but its own for one. */
async function openInstalled(desktop: Desktop, env: Record<string, string> = {}): Promise<{ application: ElectronApplication; page: Page }> {
  const { executablePath, args, env: usual } = desktop.command;
  const installed = join(dirname(executablePath), 'factory-pulse');
  if (!existsSync(installed)) linkSync(executablePath, installed);
  ends.push(() => rmSync(installed, { force: true }));
  const application = await _electron.launch({ executablePath: installed, args, env: { ...usual, ...env } });
  ends.push(() => application.close());
  return { application, page: await application.firstWindow() };
}

test('an installed program has no developer tools, no test hooks and no development server', async () => {
  const desktop = new Desktop({ server: central.address });
  ends.push(() => desktop.remove());
  const { application, page } = await openInstalled(desktop, { ELECTRON_RENDERER_URL: 'http://127.0.0.1:9/' });
  await expect(page.getByRole('button', { name: desktop.words('session.signIn.submit'), exact: true })).toBeVisible();
  expect(page.url()).toContain('app://factory-pulse/');
  const found = await application.evaluate(async ({ app, BrowserWindow, Menu }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    contents?.openDevTools();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const roles = (menu: Electron.Menu | null): string[] =>
      menu?.items.flatMap((item) => [(item.role ?? '').toLowerCase(), ...roles(item.submenu ?? null)]) ?? [];
    return {
      packaged: app.isPackaged,
      opened: contents?.isDevToolsOpened(),
      roles: roles(Menu.getApplicationMenu()),
      hooks: process.listenerCount('factory-pulse:terminate-worker'),
    };
  });
  expect(found).toMatchObject({ packaged: true, opened: false, hooks: 0 });
  expect(found.roles).toContain('togglefullscreen');
  expect(found.roles).not.toContain('toggledevtools');
  expect(found.roles).not.toContain('reload');
});

test('no variable of the environment makes the application trust a certificate', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-ca-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const authority = createAuthority('Rogue CA');
  const caFile = join(folder, 'rogue.pem');
  writeFileSync(caFile, authority.certificate);
  const front = await TlsFront.start(authority.issue(['127.0.0.1']), central);
  ends.push(() => front.stop());
  const desktop = new Desktop({ server: `postgres://127.0.0.1:${front.port}/${central.database}?sslmode=verify-full` });
  ends.push(() => desktop.remove());
  const { executablePath, args, env } = desktop.command;
  const hostile = { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_EXTRA_CA_CERTS: caFile, PGSSLMODE: 'no-verify', SSL_CERT_FILE: caFile };
  const application = await _electron.launch({ executablePath, args, env: { ...env, ...hostile } });
  ends.push(() => application.close());
  const page = await application.firstWindow();
  const credentials = { email: 'ceo@factorypulse.vn', password: 'FactoryPulse@2025' };
  await page.waitForFunction(() => 'factoryPulse' in window);
  expect(await call(page, 'session.signIn', credentials)).toMatchObject({ ok: false, error: { code: 'SERVER_TLS_INVALID' } });
  // The person's own choice of an authority still counts.
  expect(await call(page, 'settings.set', { caFile })).toMatchObject({ ok: true });
  expect(await call(page, 'session.signIn', credentials)).toMatchObject({ ok: true });
});

test('a settings file that somebody edited by hand cannot switch TLS off', async () => {
  const edited = ['?sslmode=disable', '?sslmode=no-verify', '?ssl=false', '?host=127.0.0.1', '?host=/var/run/postgresql'];
  for (const trick of edited) {
    const desktop = new Desktop({ server: `postgres://0.0.0.0:${central.port}/${central.database}${trick}` });
    const page = await desktop.open();
    await page.waitForFunction(() => 'factoryPulse' in window);
    const answer = await call(page, 'session.signIn', { email: 'ceo@factorypulse.vn', password: 'FactoryPulse@2025' });
    await desktop.remove();
    expect(answer, trick).toMatchObject({ ok: false, error: { code: 'SERVER_ADDRESS_INVALID' } });
  }
  const desktop = new Desktop({ server: `postgres://0.0.0.0:${central.port}/${central.database}` });
  ends.push(() => desktop.remove());
  writeFileSync(join(desktop.folder, 'settings.json'), JSON.stringify({ serverUrl: `postgres://0.0.0.0:${central.port}/${central.database}`, tls: false, rejectUnauthorized: false, ssl: 'no-verify' }));
  const page = await desktop.open();
  await page.waitForFunction(() => 'factoryPulse' in window);
  expect(await call(page, 'session.signIn', { email: 'ceo@factorypulse.vn', password: 'FactoryPulse@2025' })).toMatchObject({
    ok: false,
    error: { code: 'SERVER_TLS_REQUIRED' },
  });
});
