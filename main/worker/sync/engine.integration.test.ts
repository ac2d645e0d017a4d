import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { Changes } from '../replica/changes.ts';
import { openReplica } from '../replica/database.ts';
import { Meta } from '../replica/meta.ts';
import { Overlay } from '../replica/overlay.ts';
import { waitFor } from '../testing/desktop.ts';
import { SyncEngine } from './engine.ts';
import { Outbox } from './outbox.ts';

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
