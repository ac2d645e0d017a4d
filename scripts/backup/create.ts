import { access, mkdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { exportCentre, readInstance } from '../../main/worker/backup/centre-export.ts';
import { rowsOf } from '../../main/worker/backup/manifest.ts';
import { removeUnfinished } from '../../main/worker/backup/unfinished.ts';
import { isVerified, verifyBackup } from '../../main/worker/backup/verify.ts';
import { backupName, lockedSuffix, plainSuffix, type OrganizationKind } from '../../shared/domain/backup.ts';
import { AppError } from '../../shared/errors.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { withCentral } from '../central/connection.ts';
import { printJson, type Context } from '../central/context.ts';
import { refused } from '../central/failures.ts';
import { checklist } from './checklist.ts';
import { newPassphrase, type PassphraseOptions } from './passphrase.ts';
import { progressLine, stoppable } from './progress.ts';
import { withThrowawayServer } from './throwaway-server.ts';

export interface CreateOptions extends PassphraseOptions {
  kind: OrganizationKind;
  organization?: string;
  to?: string;
  encrypt?: boolean;
  verify: boolean;
}

/** Backs up the centre as its owner: every row of every organization, or of one. */
export async function create(options: CreateOptions, context: Context): Promise<void> {
  const passphrase = options.encrypt === true ? await newPassphrase(options, context) : null;
  const folder = resolve(context.directory, options.to ?? '.');
  await mkdir(folder, { recursive: true });
  await removeUnfinished(folder, new Date());
  await stoppable(async (signal) => {
    const begun = performance.now();
    const { file, manifest } = await withCentral(options, context, async (client) => {
      const instance = await readInstance(client);
      const organization = await organizationOf(client, options.organization);
      const at = new Date();
      const zone = organization?.zone ?? (await firstZone(client));
      const file = await freeName(folder, options.kind, at, zone, passphrase === null ? plainSuffix : lockedSuffix);
      const manifest = await exportCentre(client, {
        file,
        passphrase,
        signal,
        progress: progressLine(context, 'backing up'),
        kind: options.kind,
        asOwner: true,
        organization: organization && { id: organization.id, name: organization.name },
        instanceId: instance.id,
        schemaVersion: instance.schemaVersion,
        at,
        zone,
        by: `${userInfo().username} (owner of the database)`,
        applicationVersion: packageFile.version,
      });
      return { file, manifest };
    });
    const seconds = (performance.now() - begun) / 1000;
    const verification = options.verify
      ? await withThrowawayServer((proof) => verifyBackup(file, { passphrase, signal, restored: progressLine(context, 'verifying') }, proof))
      : null;
    const { size } = await stat(file);
    if (options.json === true) {
      printJson(context, { file, kind: options.kind, size, rows: rowsOf(manifest), seconds, verified: verification && isVerified(verification), checks: verification?.checks ?? null });
    } else {
      context.stdout(`${file}\n${rowsOf(manifest)} rows in ${manifest.tables.length} tables, ${size} bytes, ${seconds.toFixed(1)} s\n`);
      if (verification) context.stdout(checklist(verification));
    }
    if (verification && !isVerified(verification)) throw new AppError('BACKUP_NOT_RESTORABLE', verification.faults.join(', '));
  });
}

/** Two within one second, and a clock that was set back, get the next free second. */
async function freeName(folder: string, kind: OrganizationKind, at: Date, zone: string, suffix: string): Promise<string> {
  for (let offset = 0; ; offset += 1000) {
    const file = join(folder, `${backupName(kind, new Date(at.getTime() + offset), zone)}${suffix}`);
    const isTaken = await access(file).then(() => true, () => false);
    if (!isTaken) return file;
  }
}

interface Organization {
  id: string;
  name: string;
  zone: string;
}

async function organizationOf(client: pg.Client, slug: string | undefined): Promise<Organization | null> {
  if (slug === undefined) return null;
  const { rows } = await client.query<Organization>('select id, name, timezone as zone from public.organizations where slug = $1', [slug]);
  if (!rows[0]) throw refused('ORGANIZATION_MISSING', `there is no organization "${slug}"`, 'see "central status", or leave --organization out');
  return rows[0];
}

async function firstZone(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ zone: string }>('select timezone as zone from public.organizations order by created_at, id limit 1');
  return rows[0]?.zone ?? 'Asia/Ho_Chi_Minh';
}
