import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { ArchiveWriter } from '../backup/archive-writer.ts';

/*
 * Writes an archive of some parts to the file in the first parameter, and ends like a power cut before the step whose number is
 * in the second: each call that changes the disk is a step. Prints the number of steps where it comes to its end.
 */

const [file = '', dieBefore = '0'] = process.argv.slice(2);
let steps = 0;

function step(): void {
  steps += 1;
  if (steps === Number(dieBefore)) process.kill(process.pid, 'SIGKILL');
}

const { open, rename } = fs;
Object.assign(fs, {
  open: async (...parameters: Parameters<typeof open>) => {
    step();
    const handle = await open(...parameters);
    for (const name of ['write', 'sync', 'close'] as const) {
      const call = handle[name].bind(handle) as (...given: unknown[]) => unknown;
      Object.assign(handle, {
        [name]: (...given: unknown[]) => {
          step();
          return call(...given);
        },
      });
    }
    return handle;
  },
  rename: async (...parameters: Parameters<typeof rename>) => {
    step();
    await rename(...parameters);
  },
});
syncBuiltinESMExports();

const writer = await ArchiveWriter.create(file, null, new AbortController().signal);
for (let part = 1; part <= 6; part++) {
  const rows = Array.from({ length: 20_000 }, (_, row) => `${part}\t${row}\t${Math.imul(row, 2_654_435_761)}\n`).join('');
  await writer.add({ path: `sql/00000${part}_t.sql`, table: 't', rows: 20_000 }, Buffer.from(rows));
}
await writer.finish({
  name: 'factory_pulse_data_backup_20250901_093043',
  kind: 'data',
  application: { version: '0', central_schema: 0, replica_schema: 0 },
  organization: null,
  instance_id: null,
  created: { at: '2025-09-01T02:30:43Z', zone: 'Asia/Ho_Chi_Minh', by: '', device: '', source: 'owner', synced_at: null, server: null },
  tables: [{ name: 't', columns: ['a', 'b', 'c'], key: ['a'], rows: 120_000, sha256: '0'.repeat(64) }],
  references: [],
  left_out: [],
});
process.stdout.write(String(steps));
