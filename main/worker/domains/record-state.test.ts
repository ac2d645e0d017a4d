import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReplica, type Replica } from '../replica/database.ts';
import { marksByProject, projectStates } from './record-state.ts';

let folder: string;
let replica: Replica;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'factory-pulse-'));
  replica = openReplica(join(folder, 'replica.db'), randomBytes(32));
});

afterEach(() => {
  replica.close();
  rmSync(folder, { recursive: true, force: true });
});

function enqueue(projectId: string, state: string): void {
  replica.write
    .prepare(
      "insert into outbox (mutation_id, table_name, row_id, op, patch, base, created_at, state) values (?, 'projects', ?, 'update', '{}', '{}', '', ?)",
    )
    .run(randomUUID(), projectId, state);
}

describe('the marks of projects', () => {
  it('count what the centre has not confirmed', () => {
    const [one, other] = [randomUUID(), randomUUID()];
    for (const state of ['pending', 'sent', 'acknowledged']) enqueue(one, state);
    enqueue(other, 'acknowledged');
    const stateOf = projectStates(replica);
    expect(stateOf(one)).toEqual({ pending: 2, attention: 0, conflicts: 0 });
    expect(stateOf(other).pending).toBe(0);
  });

  it('are read from an index, so that ten thousand waiting changes cost a board nothing', () => {
    const plan = replica.read.prepare(`explain query plan ${marksByProject}`).all() as { detail: string }[];
    const ofOutbox = plan.map(({ detail }) => detail).filter((detail) => / outbox( |$)/.test(detail));
    expect(ofOutbox).toEqual([
      'SCAN outbox USING COVERING INDEX outbox_row',
      expect.stringMatching(/^SEARCH outbox USING INDEX outbox_state \(state=\?\)$/),
    ]);
  });
});
