import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
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

test('odd, endless and enormous input is answered with a code as well', async () => {
  const answers = await page.evaluate(async () => {
    type Answer = { ok: boolean; error?: { code: string } };
    const bridge = (window as unknown as { factoryPulse: { call: (...sent: unknown[]) => Promise<Answer> } }).factoryPulse;
    const cycle: Record<string, unknown> = { id: 'x' };
    cycle['self'] = cycle;
    const odd: Record<string, unknown> = {
      cycle,
      map: new Map([['search', 'x']]),
      date: new Date(),
      bytes: new Uint8Array(10),
      error: new Error('x'),
      endless: { search: 'x'.repeat(8_000_000) },
      many: { search: Array.from({ length: 1_000_000 }, () => 'xxxxxxxx') },
      function: { search: () => 'x' },
      number: { search: Number.NaN },
    };
    const codes: Record<string, string> = {};
    for (const [name, input] of Object.entries(odd)) {
      // What the bridge between the worlds cannot carry never leaves the page.
      const answer = await Promise.resolve()
        .then(() => bridge.call('projects.board', input))
        .catch(() => ({ ok: false, error: { code: 'never left the page' } }));
      codes[name] = answer.ok ? 'answered' : (answer.error?.code ?? '');
    }
    return codes;
  });
  for (const [name, code] of Object.entries(answers)) expect(['INPUT_INVALID', 'never left the page'], name).toContain(code);
  expect(answers).toMatchObject({ cycle: 'INPUT_INVALID', endless: 'INPUT_INVALID', many: 'INPUT_INVALID', bytes: 'INPUT_INVALID' });
  await desktop.isOnline();
});

test('ten thousand calls at once are all answered', async () => {
  const outcome = await page.evaluate(async () => {
    const bridge = window.factoryPulse as unknown as { call: (...sent: unknown[]) => Promise<Envelope<unknown>> };
    const names = ['app.info', 'projects.list', '__proto__', 'audit.list', 'session.current'];
    const calls = Array.from({ length: 10_000 }, (_, index) => {
      const name = names[index % names.length];
      return bridge.call(name, name === 'projects.list' ? { limit: 1 } : name === 'audit.list' ? {} : undefined);
    });
    const answers = await Promise.all(calls);
    const count: Record<string, number> = {};
    for (const answer of answers) {
      const key = answer.ok ? 'answered' : answer.error.code;
      count[key] = (count[key] ?? 0) + 1;
    }
    return count;
  });
  // This person is in sales: no audit log.
  expect(outcome).toEqual({ answered: 6_000, INPUT_INVALID: 2_000, NOT_ALLOWED: 2_000 });
  await desktop.isOnline();
});

test('frames have no bridge, and the preload script of ours in a foreign window gets no answer', async () => {
  const frames = await page.evaluate(async (url) => {
    const made = async (prepare: (frame: HTMLIFrameElement) => void) => {
      const frame = document.createElement('iframe');
      prepare(frame);
      document.body.append(frame);
      await new Promise((resolve) => setTimeout(resolve, 300));
      let reach = 'closed';
      try {
        const inner = frame.contentWindow as unknown as Record<string, unknown>;
        reach = 'factoryPulse' in inner || 'require' in inner ? 'open' : 'empty';
      } catch {
        // Another origin: nothing of it is in reach.
      }
      frame.remove();
      return reach;
    };
    return {
      blank: await made(() => undefined),
      text: await made((frame) => (frame.srcdoc = '<script>parent.fromFrame = true</script>')),
      own: await made((frame) => (frame.src = 'app://factory-pulse/index.html')),
      foreign: await made((frame) => (frame.src = url)),
      script: await made((frame) => (frame.src = 'javascript:parent.fromFrame = true')),
      told: 'fromFrame' in window,
    };
  }, foreignUrl);
  for (const reach of [frames.blank, frames.text, frames.own, frames.foreign, frames.script]) expect(reach).not.toBe('open');
  expect(frames.told).toBe(false);
  expect(foreignVisits).toBe(0);

  const answer = await desktop.application.evaluate(async ({ app, BrowserWindow }) => {
    const preload = `${app.getAppPath()}/out/preload/index.cjs`;
    const stranger = new BrowserWindow({ show: false, webPreferences: { sandbox: true, preload } });
    await stranger.loadURL('app://factory-pulse/index.html');
    const answered = (await stranger.webContents.executeJavaScript(`window.factoryPulse.call('projects.list', {})`)) as unknown;
    stranger.destroy();
    return answered;
  });
  expect(answer).toEqual(refusedWith('NOT_ALLOWED'));
});

test('no session gives a permission, however it was made', async () => {
  const asked = `(async () => {
    const state = async (name) => navigator.permissions.query({ name }).then((status) => status.state, () => 'unknown');
    const tried = async (ask) => { try { await ask(); return 'granted'; } catch { return 'refused'; } };
    return {
      states: await Promise.all(['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'].map(state)),
      notification: await Notification.requestPermission(),
      position: await tried(() => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
      camera: await tried(() => navigator.mediaDevices.getUserMedia({ video: true })),
      screen: await tried(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
      clipboard: await tried(() => navigator.clipboard.readText()),
    };
  })()`;
  const nothing = { notification: 'denied', position: 'refused', camera: 'refused', screen: 'refused', clipboard: 'refused' };
  const own = await page.evaluate<{ states: string[] }>(asked);
  expect(own).toMatchObject(nothing);
  expect(own.states).not.toContain('granted');
  // Playwright sees no page of another session; what a session loads by itself shows that the same rules hold there.
  await desktop.application.evaluate(({ session }, url) => session.fromPartition('persist:somebody').downloadURL(url), `${foreignUrl}other-session`);
  await expect.poll(refusals).toContainEqual({ what: 'download', url: `${foreignUrl}other-session` });
  // That one was the test's own: a download that main itself begins is cut off when it answers.
  foreignVisits = 0;
});

test('the page reaches no other host by any road, makes no worker of foreign text, and downloads nothing', async () => {
  const udp = createSocket('udp4');
  let packets = 0;
  udp.on('message', () => {
    packets += 1;
  });
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  const tcp = createTcpServer(() => {
    packets += 1;
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const outcome = await page.evaluate(
    async ({ url, stun, turn }) => {
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const socket = await new Promise((resolve) => {
        try {
          const made = new WebSocket(url.replace('http', 'ws'));
          made.onopen = () => resolve('sent');
          made.onerror = () => resolve('refused');
        } catch {
          resolve('refused');
        }
      });
      const events = await new Promise((resolve) => {
        const made = new EventSource(url);
        made.onopen = () => resolve('sent');
        made.onerror = () => {
          made.close();
          resolve('refused');
        };
      });
      let call = 'refused';
      try {
        const relay = { urls: `turn:127.0.0.1:${turn}?transport=tcp`, username: 'x', credential: 'x' };
        const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${stun}` }, relay] });
        peer.createDataChannel('x');
        await peer.setLocalDescription(await peer.createOffer());
        await wait(1_500);
        call = 'tried';
        peer.close();
      } catch {
        // Refused by the policy for contents.
      }
      navigator.sendBeacon(url, 'x');
      const service = await (navigator.serviceWorker as ServiceWorkerContainer | undefined)?.register('/assets/x.js').then(() => 'made', () => 'refused');
      const worker = await new Promise((resolve) => {
        try {
          const made = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' })));
          made.onmessage = () => resolve('made');
          made.onerror = () => resolve('refused');
        } catch {
          resolve('refused');
        }
      });
      const evaluated = (() => {
        try {
          return String((0, eval)('1 + 1'));
        } catch {
          return 'refused';
        }
      })();
      const made = (() => {
        try {
          return String((Reflect.construct(Function, ['return 2']) as () => number)());
        } catch {
          return 'refused';
        }
      })();
      const handler = document.createElement('button');
      handler.setAttribute('onclick', 'window.injected = true');
      document.body.append(handler);
      handler.click();
      handler.remove();
      for (const [tag, attribute] of [['link', 'href'], ['script', 'src'], ['img', 'src'], ['object', 'data'], ['embed', 'src'], ['video', 'src']] as const) {
        const element = document.createElement(tag);
        if (tag === 'link') element.setAttribute('rel', 'stylesheet');
        element.setAttribute(attribute, url);
        document.body.append(element);
        await wait(50);
        element.remove();
      }
      const form = document.createElement('form');
      form.action = url;
      form.method = 'post';
      document.body.append(form);
      form.submit();
      form.remove();
      const download = document.createElement('a');
      download.href = URL.createObjectURL(new Blob(['x'], { type: 'application/octet-stream' }));
      download.download = 'x.bin';
      document.body.append(download);
      download.click();
      download.remove();
      const refresh = document.createElement('meta');
      refresh.httpEquiv = 'refresh';
      refresh.content = `0; url=${url}`;
      document.head.append(refresh);
      await wait(500);
      refresh.remove();
      return { socket, events, call, service: service ?? 'refused', worker, evaluated, made, injected: 'injected' in window, opener: window.opener === null };
    },
    { url: foreignUrl, stun: udp.address().port, turn: (tcp.address() as AddressInfo).port },
  );
  udp.close();
  tcp.close();
  expect(outcome).toMatchObject({
    socket: 'refused', events: 'refused', service: 'refused', worker: 'refused', evaluated: 'refused', made: 'refused', injected: false, opener: true,
  });
  expect(packets, 'packets to another browser or its helper').toBe(0);
  expect(foreignVisits).toBe(0);
  await expect.poll(refusals).toContainEqual({ what: 'download', url: expect.stringMatching(/^blob:/) as unknown });
  // By its document: Playwright goes on waiting for a navigation that was refused, and finds nothing on the page meanwhile.
  const after = await page.evaluate(() => ({ protocol: location.protocol, footer: document.querySelector('footer')?.textContent }));
  expect(after).toEqual({ protocol: 'app:', footer: expect.stringContaining(desktop.words('sync.state.online')) as unknown });
});

test('the scheme of the application leads to no file but its own', async () => {
  const paths = [
    '/../../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json', '/..%5c..%5cpackage.json', '//etc/passwd', '/%2fetc%2fpasswd',
    '/etc/passwd', '/index.html%00.png', '/%ff', '/C:/Windows/win.ini', '/../main/index.cjs', '/..%252fmain/index.cjs', '/./../preload/index.cjs',
  ];
  const statuses = await page.evaluate(
    (tried) => Promise.all(tried.map((path) => fetch(`app://factory-pulse${path}`).then((response) => response.status, () => 'refused' as const))),
    paths,
  );
  statuses.forEach((status, index) => expect([404, 'refused'], paths[index]).toContain(status));
  const elsewhere = await page.evaluate(() =>
    Promise.all(
      ['app://other-host/index.html', 'app://factory-pulse.other/index.html', 'file:///etc/passwd'].map((url) =>
        fetch(url).then((response) => response.status, () => 'refused' as const),
      ),
    ),
  );
  for (const outcome of elsewhere) expect([404, 'refused']).toContain(outcome);
});

test('what is dropped on the window opens nothing', async () => {
  const before = await page.evaluate(() => location.href);
  const devtools = await page.context().newCDPSession(page);
  for (const url of [foreignUrl, 'file:///etc/passwd']) {
    const data = { items: [{ mimeType: 'text/uri-list', data: url }], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  }
  await devtools.detach();
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => location.href)).toBe(before);
  expect(foreignVisits).toBe(0);
});

test('foreign pages and new windows are refused', async () => {
  const look = () => page.evaluate(() => ({ url: location.href, words: document.querySelector('footer')?.textContent }));
  const before = await look();
  const foreignApp = 'app://factory-pulse.foreign/index.html';
  const targets = [foreignUrl, 'file:///etc/passwd', 'data:text/html,foreign', 'javascript:location="about:blank"', 'blob:app://factory-pulse/x', foreignApp];
  for (const url of targets) {
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
