import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { DemoCentral } from '../../../db/testing/demo-central.ts';
import { bundleScript } from '../../../scripts/lib/run-ts.mjs';
import { isUnfinished, parseBackupName } from '../../../shared/domain/backup.ts';
import { checkArchive } from '../backup/archive-reader.ts';
import type { Manifest } from '../backup/manifest.ts';
import { differingTables } from '../backup/restore-centre.ts';
import { removeUnfinished } from '../backup/unfinished.ts';

/** What was found where the work was cut off. */
export interface KillOutcome {
  /** As it was before. */
  before: number;
  /** As it would have been at the end. */
  after: number;
  /** How many were in the middle of it: their draft, or their transaction, was there. */
  within: number;
}

/** Of the whole time: not before the process has begun to work, and up to a moment behind its end. */
const instant = (chance: number): number => 0.25 + chance * 0.85;

/** `npm run backup`, killed at random instants of making and restoring a backup. */
export class BackupKills {
  readonly #central: DemoCentral;
  readonly #script: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'fp-backup-kills-'));
  /** A backup from before, which has to stay what it is. */
  #kept = '';
  #manifest: Manifest | null = null;

  private constructor(central: DemoCentral, script: string) {
    this.#central = central;
    this.#script = script;
  }

  static async begin(central: DemoCentral): Promise<BackupKills> {
    const kills = new BackupKills(central, await bundleScript('scripts/backup/index.ts', { withPackages: true }));
    await kills.#run(kills.#create(kills.#folder), null);
    kills.#kept = join(kills.#folder, readdirSync(kills.#folder)[0] as string);
    kills.#manifest = await checkArchive(kills.#kept, { passphrase: null });
    return kills;
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Fails where a file is called a backup and is none, or anything is left for the next start. */
  async backups(count: number, random: () => number): Promise<KillOutcome> {
    const outcome = { before: 0, after: 0, within: 0 };
    const folder = join(this.#folder, 'made');
    mkdirSync(folder, { recursive: true });
    const lasts = await this.#run(this.#create(folder), null);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    for (let kill = 0; kill < count; kill++) {
      await this.#run(this.#create(folder), instant(random()) * lasts);
      const names = readdirSync(folder);
      const made = names.filter((name) => parseBackupName(name) !== null);
      for (const name of made) await checkArchive(join(folder, name), { passphrase: null });
      const strange = names.filter((name) => parseBackupName(name) === null && !isUnfinished(name));
      if (strange.length > 0) throw new Error(`left behind: ${strange.join(', ')}`);
      if (names.some(isUnfinished)) outcome.within += 1;
      await removeUnfinished(folder, new Date());
      const left = readdirSync(folder).filter(isUnfinished);
      if (left.length > 0) throw new Error(`not cleaned up: ${left.join(', ')}`);
      outcome[made.length > 0 ? 'after' : 'before'] += 1;
      for (const name of made) rmSync(join(folder, name));
    }
    await checkArchive(this.#kept, { passphrase: null });
    return outcome;
  }

  /** Fails where a database holds a part of a backup, or a whole one without its people's passwords. */
  async restores(count: number, random: () => number): Promise<KillOutcome> {
    const outcome = { before: 0, after: 0, within: 0 };
    let lasts = 0;
    for (let kill = 0; kill <= count; kill++) {
      const name = `fp_test_${randomBytes(6).toString('hex')}`;
      await this.#onServer(`create database ${name}`);
      const url = Object.assign(new URL(this.#central.url), { pathname: `/${name}` }).href;
      const passwords = join(this.#folder, `passwords-${kill}`);
      try {
        const took = await this.#run(['restore', this.#kept, '--url', url, '--passwords-file', passwords, '--json'], kill === 0 ? null : instant(random()) * lasts);
        // The first one comes to its end and says how long it takes.
        if (kill === 0) lasts = took;
        else await this.#count(outcome, url, passwords);
      } finally {
        await this.#drop(name, url);
        rmSync(passwords, { force: true });
      }
    }
    return outcome;
  }

  async #count(outcome: KillOutcome, url: string, passwords: string): Promise<void> {
    // The server hears of it a moment later.
    const open = await this.#central.client.query(`select from pg_stat_activity where datname = $1 and xact_start is not null`, [new URL(url).pathname.slice(1)]);
    if (open.rowCount !== 0) outcome.within += 1;
    outcome[(await this.#stateOf(url, passwords)) ? 'after' : 'before'] += 1;
  }

  /** True for the whole backup, false for an empty database. */
  async #stateOf(url: string, passwords: string): Promise<boolean> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const others = `select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
      while ((await client.query(others)).rowCount !== 0) await delay(20);
      const { rows } = await client.query<{ centre: boolean; tables: number }>(
        `select to_regclass('sync.instance') is not null as centre, (select count(*)::integer from pg_tables where schemaname not in ('pg_catalog', 'information_schema')) as tables`,
      );
      if (rows[0]?.centre !== true) {
        if (rows[0]?.tables !== 0) throw new Error('half of a structure');
        return false;
      }
      const differing = await differingTables(client, this.#manifest?.tables ?? []);
      if (differing.counts.length + differing.checksums.length > 0) throw new Error(`a part of a backup: ${JSON.stringify(differing)}`);
      const people = await client.query(`select from app.logins`);
      if (people.rowCount === 0 || !existsSync(passwords) || readFileSync(passwords, 'utf8').length === 0) throw new Error('a centre that nobody has a password for');
      return true;
    } finally {
      await client.end();
    }
  }

  #create(folder: string): string[] {
    return ['create', '--url', this.#central.url, '--to', folder, '--no-verify', '--json'];
  }

  /** How many milliseconds it took; where it was killed after some, until it was gone. */
  async #run(args: readonly string[], killAfter: number | null): Promise<number> {
    const begun = performance.now();
    const child = spawn(process.execPath, [this.#script, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
    const timer = killAfter === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    const code = await gone;
    clearTimeout(timer);
    if (code !== null && code !== 0) throw new Error(complaint);
    return performance.now() - begun;
  }

  async #drop(name: string, url: string): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ role: string }>('select role_name::text as role from app.logins').catch(() => ({ rows: [] }));
    await client.end();
    await this.#onServer(`drop database ${name} with (force)`);
    for (const { role } of rows) await this.#onServer(`drop role if exists ${pg.escapeIdentifier(role)}`);
  }

  async #onServer(statement: string): Promise<void> {
    await this.#central.client.query(statement);
  }
}
