import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { SyncStatus } from '../../../shared/api/sync.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import { AppError } from '../../../shared/errors.ts';
import { Changes } from '../replica/changes.ts';
import { openReplica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { Overlay } from '../replica/overlay.ts';
import { createDemoCentral } from '../../../db/testing/demo-central.ts';
import { TestDesktop, waitFor } from '../testing/desktop.ts';
import { FaultyProxy } from '../testing/faulty-proxy.ts';
import { connect } from './connection.ts';
import { SyncEngine } from './engine.ts';
import { sayHello } from './hello.ts';
import { Outbox } from './outbox.ts';
import { parseServerAddress } from './server-address.ts';

it('goes on trying to connect where the disk fails whoever hears of the last failure', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-engine-'));
  const replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
  const overlay = new Overlay(replica.write);
  const changes = new Changes();
  changes.subscribe(() => {
    throw new Database.SqliteError('database or disk is full', 'SQLITE_FULL');
  });
  const events: string[] = [];
  let attempts = 0;
  const engine = new SyncEngine({
    replica,
    meta: new Meta(replica.write),
    overlay,
    outbox: new Outbox(replica.write, overlay),
    changes,
    log: (_, event) => void events.push(event),
    connect: () => {
      attempts += 1;
      return Promise.reject(new AppError('SERVER_UNREACHABLE', 'no network'));
    },
    introduceAgain: () => Promise.reject(new Error('there is no connection')),
    onStatus: () => undefined,
    onHello: () => undefined,
  });
  engine.start(null);
  await waitFor(() => Promise.resolve(attempts >= 2 || null), 'a second attempt');
  await engine.stop();
  replica.close();
  rmSync(folder, { recursive: true, force: true });
  expect(events).toContain('sync.history.unwritable');
});

it('introduces itself once more where the centre asks for it while it does', async () => {
  const central = await createDemoCentral();
  const folder = mkdtempSync(join(tmpdir(), 'factory-pulse-engine-'));
  const replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
  const overlay = new Overlay(replica.write);
  const device = { id: randomUUID(), name: 'Máy thử', platform: 'linux', app_version: '0.0.0-test' };
  let introductions = 0;
  const engine = new SyncEngine({
    replica,
    meta: new Meta(replica.write),
    overlay,
    outbox: new Outbox(replica.write, overlay),
    changes: new Changes(),
    log: () => undefined,
    connect: async () => {
      const client = await connect(parseServerAddress({ url: central.address, ca: null }), 'ceo@factorypulse.vn', demoPassword);
      return { client, hello: await sayHello(client, device) };
    },
    introduceAgain: async (client) => {
      introductions += 1;
      const hello = await sayHello(client, { ...device, in_step: true });
      if (introductions === 1) {
        const heard = new Promise((resolve) => client.once('notification', resolve));
        await central.client.query('select sync.call_back()');
        await heard;
      }
      return hello;
    },
    onStatus: () => undefined,
    onHello: () => undefined,
  });
  engine.start(null);
  await waitFor(() => Promise.resolve(introductions >= 2 || null), 'the second introduction');
  await engine.stop();
  replica.close();
  rmSync(folder, { recursive: true, force: true });
  await central.drop();
});

it('leaves a sync that the person stopped alone, whatever is edited and however the network comes back, until they ask', async () => {
  const central = await createDemoCentral();
  const network = await FaultyProxy.start(central);
  const desktop = new TestDesktop(`postgres://127.0.0.1:${network.port}/${central.database}`);
  const isStopped = ({ error }: SyncStatus) => error?.code === 'SYNC_CANCELLED';
  await desktop.signIn('ceo@factorypulse.vn');
  await desktop.settled();
  const { rows } = await desktop.call('projects.list', {});
  const id = rows[0]?.id ?? '';
  network.faults.delayMs = 2_000;
  await desktop.call('projects.update', { id, patch: { notes: 'Viết trước khi dừng.' } });
  await desktop.until(({ state }) => state === 'syncing', 'the push');
  await desktop.call('sync.cancel');
  await desktop.until(isStopped, 'the sync to stop');

  network.faults.delayMs = 0;
  desktop.events.length = 0;
  await desktop.call('projects.update', { id, patch: { notes: 'Viết sau khi dừng.' } });
  await desktop.wake();
  const { rows: found } = await desktop.call('projects.list', {});
  expect(found.find((row) => row.id === id)).toBeDefined();
  expect(isStopped(await desktop.call('sync.status'))).toBe(true);
  const states = desktop.events.filter(({ topic }) => topic === 'sync.status').map(({ payload }) => (payload as SyncStatus).state);
  expect(new Set(states)).toEqual(new Set(['offline']));

  await desktop.call('sync.now');
  await desktop.settled();
  const { rows: stored } = await central.client.query('select notes from projects where id = $1', [id]);
  expect(stored).toEqual([{ notes: 'Viết sau khi dừng.' }]);
  await desktop.remove();
  await network.stop();
  await central.drop();
});
