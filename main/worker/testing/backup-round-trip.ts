import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc, { type GeneratorValue } from 'fast-check';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/database.ts';
import { createDemoCentral, type DemoCentral } from '../../../db/testing/demo-central.ts';
import { connectAs } from '../../../db/testing/person.ts';
import { addRandomRows } from '../../../db/testing/random-rows.ts';
import { demoPassword } from '../../../shared/demo-accounts.ts';
import type { OrganizationKind } from '../../../shared/domain/backup.ts';
import { qualified } from '../backup/central-script.ts';
import { isReadInPart } from '../backup/central-tables.ts';
import { exportCentre, readInstance } from '../backup/centre-export.ts';
import type { Manifest } from '../backup/manifest.ts';
import { exportReplica } from '../backup/replica-export.ts';
import { differingTables } from '../backup/restore-centre.ts';
import { verifyBackup } from '../backup/verify.ts';
import { Profile } from '../profiles/profile.ts';
import { openReplica } from '../replica/database.ts';
import { TestDesktop } from './desktop.ts';

const admin = 'admin@factorypulse.vn';
/** Rows of a table in one round. */
const EACH = 4;

interface Made {
  file: string;
  manifest: Manifest;
  /** Rows that the replica could not take in (a number beyond what its programs count with) and what cannot be without them. */
  aside?: Map<string, Set<string>>;
}

/** Random rows of the whole domain, backed up in every way, restored by psql, and compared with the rows that they were. */
export class BackupRoundTrip {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fp-round-trip-'));
  readonly #central: DemoCentral;
  readonly #organization: { id: string; name: string };
  #number = 0;

  private constructor(central: DemoCentral, organization: { id: string; name: string }) {
    this.#central = central;
    this.#organization = organization;
  }

  static async begin(): Promise<BackupRoundTrip> {
    const central = await createDemoCentral();
    const { rows } = await central.client.query<{ id: string; name: string }>('select o.id, o.name from organizations o join users u on u.organization_id = o.id where u.email = $1', [admin]);
    return new BackupRoundTrip(central, rows[0] as { id: string; name: string });
  }

  async end(): Promise<void> {
    await this.#central.drop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Fails with the seed of a round that broke; answers how many rows were compared. */
  async run(rounds: number, seed: number, told: (round: number) => void = () => undefined): Promise<number> {
    let compared = 0;
    let round = 0;
    const property = fc.asyncProperty(fc.gen(), async (gen) => {
      compared += await this.#round(gen);
      told((round += 1));
    });
    // A smaller story takes as long as the round, each time; and the thousands of values of one tell nobody anything.
    const found = await fc.check(property, { numRuns: rounds, seed, endOnFailure: true });
    if (found.failed) throw new Error(`seed ${found.seed}, round ${found.numRuns}: ${String(found.errorInstance)}`, { cause: found.errorInstance });
    return compared;
  }

  async #round(gen: GeneratorValue): Promise<number> {
    const { client } = this.#central;
    await client.query('begin');
    await client.query("select set_config('factory_pulse.maintenance', 'on', true)");
    const added = await addRandomRows(client, gen, this.#organization.id, EACH);
    await client.query('commit');
    for (const [table, count] of added) if (count === 0) throw new Error(`no row of ${table} was drawn that the schema allows`);

    const person = await connectAs(this.#central, admin);
    try {
      let compared = 0;
      for (const asOwner of [true, false]) {
        const complete = await this.#export(asOwner ? client : person, 'complete', asOwner);
        const schema = await this.#export(asOwner ? client : person, 'schema', asOwner);
        const data = await this.#export(asOwner ? client : person, 'data', asOwner);
        compared += await this.#restored([complete], asOwner);
        compared += await this.#restored([schema, data], asOwner);
      }
      return compared + (await this.#restored([await this.#exportOffline()], false));
    } finally {
      await person.end();
    }
  }

  #request(kind: OrganizationKind) {
    return {
      file: join(this.#folder, `factory_pulse_${kind}_backup_20250901_${String((this.#number += 1)).padStart(6, '0')}.tar.gz`),
      passphrase: null, signal: new AbortController().signal, progress: () => undefined,
      at: new Date('2025-09-01T02:30:43Z'), zone: 'Asia/Ho_Chi_Minh', by: 'Lê Thị Hoa', applicationVersion: '0',
    };
  }

  async #export(client: ClientBase, kind: OrganizationKind, asOwner: boolean): Promise<Made> {
    const { id, schemaVersion } = await readInstance(this.#central.client);
    const request = this.#request(kind);
    const manifest = await exportCentre(client, { ...request, kind, asOwner, organization: asOwner ? null : this.#organization, instanceId: id, schemaVersion });
    return { file: request.file, manifest };
  }

  /** From the replica of an administrator who has just loaded it. */
  async #exportOffline(): Promise<Made> {
    const desktop = new TestDesktop(this.#central.address);
    try {
      await desktop.signIn(admin);
      await desktop.settled();
      await desktop.quit();
      const profile = new Profile(desktop.folder, desktop.serverName, desktop.email);
      const replica = openReplica(profile.replicaFile, (await profile.unlock(demoPassword)) as Buffer);
      try {
        const request = this.#request('complete');
        const manifest = await exportReplica(replica, { ...request, kind: 'complete', organization: this.#organization });
        const aside = await this.#withDependents(replica.write.prepare('select table_name as name, row_id as id from quarantine').all() as { name: string; id: string }[]);
        for (const [name, ids] of aside) {
          const told = manifest.left_out.find(({ what, table }) => what === 'set-aside' && table === name)?.rows;
          if (told !== ids.size && !isReadInPart(name)) throw new Error(`the manifest says that ${told} rows of ${name} are left out, there are ${ids.size}`);
        }
        return { file: request.file, manifest, aside };
      } finally {
        replica.close();
      }
    } finally {
      await desktop.remove();
    }
  }

  async #withDependents(rows: readonly { name: string; id: string }[]): Promise<Map<string, Set<string>>> {
    const found = new Map<string, Set<string>>();
    const add = (name: string, ids: readonly string[]): void => void found.set(name, new Set([...(found.get(name) ?? []), ...ids]));
    for (const { name, id } of rows) add(name, [id]);
    const references = (await this.#references()).filter(({ required }) => required);
    const size = (): number => [...found.values()].reduce((sum, ids) => sum + ids.size, 0);
    for (let before = -1; before !== size(); ) {
      before = size();
      for (const { table, column, target } of references) {
        const ids = [...(found.get(target) ?? [])];
        if (ids.length === 0) continue;
        const { rows: children } = await this.#central.client.query<{ id: string }>(`select id from "${table}" where "${column}" = any ($1)`, [ids]);
        if (children.length > 0) add(table, children.map(({ id }) => id));
      }
    }
    return found;
  }

  async #references(): Promise<{ table: string; column: string; target: string; required: boolean }[]> {
    const { rows } = await this.#central.client.query<{ table: string; column: string; target: string; required: boolean }>(`
      select f.conrelid::regclass::text as "table", a.attname as "column", f.confrelid::regclass::text as target, a.attnotnull as required
        from pg_constraint f join sync.replicated_table r on f.conrelid = ('public.' || r.table_name)::regclass
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[cardinality(f.conkey)] where f.contype = 'f'`);
    return rows;
  }

  /** Restores archives one after the other into an empty database and demands the rows of the centre there. */
  async #restored(archives: readonly Made[], asOwner: boolean): Promise<number> {
    const target = await createTestDatabase();
    try {
      for (const { file } of archives) await restoreByPsql(file, target.url);
      const last = archives.at(-1) as Made;
      const { manifest } = last;
      const differing = await differingTables(target.client, manifest.tables);
      if (differing.counts.length + differing.checksums.length > 0) throw new Error(`not the rows of the manifest: ${JSON.stringify(differing)}`);
      await this.#compare(target, last, asOwner);
      for (const { file } of archives) {
        const { faults } = await verifyBackup(file, { passphrase: null }, null);
        if (faults.length > 0) throw new Error(`not verified: ${faults.join(', ')}`);
      }
      return manifest.tables.reduce((sum, { rows }) => sum + rows, 0);
    } finally {
      await target.drop();
      for (const { file } of archives) rmSync(file);
    }
  }

  /** With the centre itself, in a form of its own: what was exported may be wrong in the same way twice. */
  async #compare(target: TestDatabase, { manifest, aside }: Made, asOwner: boolean): Promise<void> {
    const references = await this.#references();
    for (const { name, columns } of manifest.tables) {
      if (!asOwner && isReadInPart(name)) continue;
      const cells = columns.map((column) => {
        const target = references.find((reference) => reference.table === name && reference.column === column)?.target ?? '';
        const gone = [...(aside?.get(target) ?? [])].map((id) => `'${id}'`);
        return gone.length === 0 ? `t."${column}"` : `case when t."${column}" in (${gone.join(', ')}) then null else t."${column}" end`;
      }).join(', ');
      const conditions = [
        asOwner ? 'true' : `t.${name === 'organizations' ? 'id' : 'organization_id'} = '${this.#organization.id}'`,
        ...[...(aside?.get(name) ?? [])].map((id) => `t.id <> '${id}'`),
      ];
      const rows = `copy (select ${cells} from ${qualified(name)} t where ${conditions.join(' and ')} order by row(${cells})::text collate "C") to stdout (format csv)`;
      const [before, after] = await Promise.all([this.#central.client, target.client].map(async (client) => text(client.query(copyTo(rows)))));
      if (before !== after) throw new Error(`rows of ${name} are not those of the centre:\n${firstDifference(before ?? '', after ?? '')}`);
    }
  }
}

function firstDifference(before: string, after: string): string {
  const [one, other] = [before.split('\n'), after.split('\n')];
  const at = one.findIndex((line, index) => line !== other[index]);
  return `${one.length} and ${other.length} lines\n- ${one[at]}\n+ ${other[at]}`;
}

/** As the summary of a backup tells people to do by hand. */
export function restoreByPsql(file: string, url: string, options = ['--single-transaction']): Promise<void> {
  return new Promise((resolve, reject) => {
    const tar = spawn('tar', ['-xzOf', file, 'sql'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const psql = spawn('psql', ['-X', '-q', ...options, '-v', 'ON_ERROR_STOP=1', '-d', url, '-o', '/dev/null'], { stdio: ['pipe', 'inherit', 'pipe'] });
    let complaint = '';
    psql.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    psql.stdin.on('error', () => undefined);
    tar.stdout.pipe(psql.stdin);
    psql.on('error', reject);
    psql.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(complaint))));
  });
}
