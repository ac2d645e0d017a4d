import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { Envelope } from '../shared/errors.ts';
import { startCentral, type Central } from './support/central.ts';
import { Desktop } from './support/desktop.ts';

/* What a hostile script in the page could reach: nothing but the bridge, and the bridge answers with codes. */

let central: Central;
let desktop: Desktop;
let page: Page;
/** A foreign site on this machine, so that what is refused is refused by us and not by a missing network. */
let foreign: Server;
let foreignUrl: string;
let foreignVisits = 0;

test.beforeAll(async () => {
  central = await startCentral();
  foreign = createServer((_request, response) => {
    foreignVisits += 1;
    response.end('<title>foreign</title>');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`;
  desktop = new Desktop({ server: central.address });
  page = await desktop.start('sales.manager@factorypulse.vn');
});

test.afterAll(async () => {
  await desktop.remove();
  foreign.close();
  await central.stop();
});

/** Calls the bridge past every type, as a hostile script does. */
const call = (...parts: unknown[]): Promise<Envelope<unknown>> =>
  page.evaluate((sent) => {
    const bridge = (window as unknown as { factoryPulse: { call: (...sent: unknown[]) => Promise<Envelope<unknown>> } }).factoryPulse;
    return bridge.call(...sent);
  }, parts);

const refusedWith = (code: string) => expect.objectContaining({ ok: false, error: expect.objectContaining({ code }) });

test('the page has neither Node nor Electron, and of the bridge nothing but call and on', async () => {
  const reach = await page.evaluate(() => {
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', '__dirname'];
    const bridge = (window as unknown as { factoryPulse: object }).factoryPulse;
    return { present: names.filter((name) => name in window), bridge: Object.keys(bridge).sort(), frozen: Object.isFrozen(bridge) };
  });
  expect(reach).toEqual({ present: [], bridge: ['call', 'on'], frozen: true });
});

test('the page runs no script but the application’s, and sends nothing anywhere', async () => {
  const outcome = await page.evaluate(async (url) => {
    const inline = document.createElement('script');
    inline.textContent = 'window.injected = true';
    document.body.append(inline);
    const fetched = await fetch(url).then(() => 'sent', () => 'refused');
    const imaged = await new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('sent');
      image.onerror = () => resolve('refused');
      image.src = url;
    });
    const read = (path: string) => fetch(path).then((response) => response.status, () => 'refused');
    return {
      injected: 'injected' in window,
      fetched,
      imaged,
      outside: [await read('/../../package.json'), await read('/%2e%2e/%2e%2e/package.json')],
    };
  }, foreignUrl);
  expect(outcome).toMatchObject({ injected: false, fetched: 'refused', imaged: 'refused', outside: [404, 404] });
  expect(foreignVisits).toBe(0);
});

test('hostile calls are answered with a code, and the application goes on', async () => {
  const huge = 'x'.repeat(1_000_000);
  const id = '00000000-0000-4000-8000-000000000000';
  const hostile: [code: string, ...parts: unknown[]][] = [
    ['INPUT_INVALID', 'projects.drop'],
    ['INPUT_INVALID', 'worker.stop'],
    ['INPUT_INVALID', 'worker.signIn', { credentials: {}, resume: true }],
    ['INPUT_INVALID', '__proto__'],
    ['INPUT_INVALID', 'constructor'],
    ['INPUT_INVALID', 'toString', {}],
    ['INPUT_INVALID', huge, huge],
    ['INPUT_INVALID', { toString: 'app.info' }],
    ['INPUT_INVALID', null],
    ['INPUT_INVALID', 'projects.get', { id: "' or 1=1 --" }],
    ['INPUT_INVALID', 'projects.get', { id, __proto__: { admin: true }, extra: 1 }],
    ['INPUT_INVALID', 'projects.board', { search: huge }],
    ['INPUT_INVALID', 'projects.list', { sort: 'id; drop table projects', limit: 1e9 }],
    ['INPUT_INVALID', 'projects.update', { id, patch: { title: huge } }],
    ['INPUT_INVALID', 'projects.update', { id, patch: { status: 'completed' } }],
    ['INPUT_INVALID', 'projects.update', { id, patch: { estimated_delivery_date: '2026-02-31' } }],
    ['INPUT_INVALID', 'sync.waiting', { offset: 0, limit: 1e9 }],
    ['INPUT_INVALID', 'settings.set', { userDataDir: '/' }],
    ['INPUT_INVALID', 'session.removePerson', { profile: '../..', unsent_may_be_lost: true }],
    ['NOT_ALLOWED', 'session.removePerson', { profile: 'f'.repeat(32), unsent_may_be_lost: true }],
    ['INPUT_INVALID', 'security.update', { offline_days: 0, lock_after_minutes: 15, quick_unlock: true, without_keyring: 'plain' }],
    ['NOT_ALLOWED', 'security.update', { offline_days: 30, lock_after_minutes: 15, quick_unlock: true, without_keyring: 'plain' }],
    ['NOT_FOUND', 'projects.get', { id }],
    ['NOT_FOUND', 'projects.move', { id, to_stage_id: id }],
    ['NOT_FOUND', 'sync.discardAttention', { id }],
    ['NOT_FOUND', 'sync.editAttention', { id, patch: { title: 'x' } }],
    ['NOT_FOUND', 'sync.restoreConflict', { id }],
    ['SERVER_ADDRESS_INVALID', 'settings.set', { serverUrl: 'postgres://fp:secret@127.0.0.1/factory_pulse' }],
  ];
  for (const [code, ...parts] of hostile) {
    expect(await call(...parts), JSON.stringify(parts).slice(0, 120)).toEqual(refusedWith(code));
  }
  const quotes = await call('projects.board', { search: `%' or '1'='1` });
  expect(quotes).toMatchObject({ ok: true, value: { projects: [] } });
  expect(await page.evaluate(() => Object.prototype.hasOwnProperty.call(Object.prototype, 'admin'))).toBe(false);
  await desktop.isOnline();
});

test('a topic that does not exist cannot be listened to', async () => {
  const failure = await page.evaluate(() => {
    const bridge = (window as unknown as { factoryPulse: { on: (topic: string, listener: () => void) => unknown } }).factoryPulse;
    try {
      bridge.on('__proto__', () => undefined);
      return null;
    } catch (error) {
      return String(error);
    }
  });
  expect(failure).toContain('there is no topic');
});

// The last one: Playwright goes on waiting for a navigation that was refused, and finds nothing on the page meanwhile.
test('foreign pages and new windows are refused', async () => {
  const look = () => page.evaluate(() => ({ url: location.href, words: document.querySelector('footer')?.textContent }));
  const before = await look();
  const foreignApp = 'app://factory-pulse.foreign/index.html';
  for (const url of [foreignUrl, 'file:///etc/passwd', 'data:text/html,foreign', foreignApp]) {
    const opened = await page.evaluate((target) => window.open(target) === null, url);
    expect(opened, `window.open of ${url}`).toBe(true);
    await page.evaluate((target) => {
      const link = document.createElement('a');
      link.href = target;
      document.body.append(link);
      link.click();
      link.remove();
    }, url);
    // The browser itself refuses pages of the file system and of data addresses; the others come to us.
    if (url === foreignUrl || url === foreignApp) await expect.poll(refusals).toContainEqual({ what: 'navigate', url });
  }
  expect(await look()).toEqual({ ...before, words: expect.stringContaining(desktop.words('sync.state.online')) as unknown });
  expect(await desktop.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  expect(foreignVisits).toBe(0);
});

/** What main has refused to the page, from its log. */
function refusals(): unknown[] {
  const logs = join(desktop.folder, 'logs');
  return readdirSync(logs)
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as { event: string; details: unknown })
    .filter(({ event }) => event === 'page.refused')
    .map(({ details }) => details);
}
