import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Changes } from '../replica/changes.ts';
import { openReplica, type Replica } from '../replica/database.ts';
import { Overlay } from '../replica/overlay.ts';
import { WritePath } from '../replica/write-path.ts';
import { Outbox } from './outbox.ts';

/*
 * The centre answers a mutation that it knows with the answer it gave before. What leaves under an id therefore stays
 * what it was: a later edit that merged into it would be taken for applied and be lost.
 */

let folder: string;
let replica: Replica;
let outbox: Outbox;
let writePath: WritePath;
const contact = randomUUID();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-sent-'));
  replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
  replica.write.pragma('foreign_keys = OFF');
  const now = '2026-01-01 00:00:00+00';
  replica.write
    .prepare(
      `insert into contacts (id, organization_id, type, company_name, currency, is_active, metadata, ai_category, ai_capabilities,
         created_at, updated_at, sync_xid)
       values (?, ?, 'customer', 'Công ty', 'VND', 1, '{}', '{}', '[]', ?, ?, 1)`,
    )
    .run(contact, randomUUID(), now, now);
  const overlay = new Overlay(replica.write);
  outbox = new Outbox(replica.write, overlay);
  writePath = new WritePath(replica.write, overlay, new Changes());
});

afterEach(() => {
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

const edit = (notes: string): void => writePath.accept([{ table_name: 'contacts', row_id: contact, op: 'update', patch: { notes } }]);

const leaving = (): { id: string; notes: unknown }[] =>
  outbox.take(250).mutations.map(({ id, patch }) => ({ id, notes: patch['notes'] }));

describe('an edit after its row’s last change was sent', () => {
  it('merges as long as nothing has left', () => {
    edit('một');
    edit('hai');
    expect(leaving().map(({ notes }) => notes)).toEqual(['hai']);
  });

  it('leaves under an id of its own where the first was skipped: it may have been applied without an answer', () => {
    edit('một');
    const [first] = leaving();
    outbox.settle([{ id: first?.id ?? '', status: 'skipped' }], null);
    edit('hai');
    expect(leaving()).toEqual([first, { id: expect.any(String) as unknown, notes: 'hai' }]);
  });

  it('leaves under an id of its own where a restored centre is asked again about the first: it may know the answer', () => {
    edit('một');
    const [first] = leaving();
    outbox.settle([{ id: first?.id ?? '', status: 'applied', xid: '900' }], null);
    outbox.forgetAcknowledgements();
    edit('hai');
    expect(leaving()).toEqual([first, { id: expect.any(String) as unknown, notes: 'hai' }]);
  });
});
