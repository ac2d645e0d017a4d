import { centralMigrations, migrationScript } from '../../../db/central/migrations.ts';
import type { OrganizationKind } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CentralTable } from './central-tables.ts';

/*
 * The SQL of an export: pieces that follow each other, for `psql --single-transaction -v ON_ERROR_STOP=1`. There is nothing
 * of psql's own language in them, so that any client of PostgreSQL can run them.
 */

export interface ScriptPiece {
  name: string;
  sql: string;
}

/** Values as the export has printed them, and nothing of whoever restores decides how they are read. */
const settings = [
  "set client_encoding = 'UTF8';",
  'set standard_conforming_strings = on;',
  "set timezone = 'UTC';",
  "set datestyle = 'ISO, YMD';",
  "set intervalstyle = 'postgres';",
  'set statement_timeout = 0;',
  'set lock_timeout = 0;',
  'set idle_in_transaction_session_timeout = 0;',
  'set client_min_messages = warning;',
];

const demandTransaction = `set local factory_pulse.restoring = 'on';
do $$
begin
  if current_setting('factory_pulse.restoring', true) is distinct from 'on' then
    raise exception 'run this file in one transaction: psql --single-transaction -v ON_ERROR_STOP=1';
  end if;
  if current_setting('server_version_num')::integer < 150000 then
    raise exception 'PostgreSQL 15 or newer is needed, this is %', current_setting('server_version');
  end if;
end
$$;`;

const demandEmpty = `do $$
begin
  if exists (select from pg_namespace where nspname in ('app', 'sync')) then
    raise exception 'the database holds a Factory Pulse centre already: name an empty one';
  end if;
end
$$;`;

const demandSchema = (version: number): string => `do $$
begin
  if to_regclass('sync.schema_migrations') is null then
    raise exception 'the database has no Factory Pulse schema: restore the schema backup first';
  end if;
  if (select max(version) from sync.schema_migrations) is distinct from ${version} then
    raise exception 'these rows belong to schema version ${version}, the database has %', (select max(version) from sync.schema_migrations);
  end if;
  if exists (select from public.organizations) then
    raise exception 'the database holds an organization already: name one without rows';
  end if;
end
$$;`;

/** What comes before the rows. */
export function openingPieces(kind: OrganizationKind, schemaVersion: number, instanceId: string | null, remark: string): ScriptPiece[] {
  const comment = remark.split('\n').map((line) => `-- ${line}`).join('\n');
  const begin = [comment, ...settings, demandTransaction, kind === 'data' ? demandSchema(schemaVersion) : demandEmpty, ''].join('\n');
  const pieces: ScriptPiece[] = [{ name: 'begin', sql: begin }];
  if (kind !== 'data') pieces.push(...migrationsUpTo(schemaVersion).map((migration) => ({ name: migration.name.replace(/\.sql$/, ''), sql: migrationScript(migration) })));
  pieces.push({ name: 'identity', sql: identity(kind, instanceId) });
  if (kind !== 'schema') {
    pieces.push({ name: 'rows_begin', sql: "set local search_path = public;\nselect set_config('factory_pulse.maintenance', 'on', true);\nset constraints all deferred;\n" });
  }
  return pieces;
}

/**
 * The centre that comes of it is the same to its desktops, in a new epoch, so that they compare everything and keep what they
 * have not sent. A structure alone becomes a centre of its own.
 */
function identity(kind: OrganizationKind, instanceId: string | null): string {
  if (kind === 'schema' || instanceId === null) {
    return 'insert into sync.instance (system_identifier) select sync.place() on conflict do nothing;\n';
  }
  return [
    `insert into sync.instance (id, system_identifier) select '${instanceId}', sync.place()`,
    'on conflict (singleton) do update set id = excluded.id, epoch = gen_random_uuid();\n',
  ].join('\n');
}

/** What comes after the rows: sequences go on behind the highest value, and every reference is checked. */
export function closingPieces(kind: OrganizationKind, tables: readonly CentralTable[]): ScriptPiece[] {
  if (kind === 'schema') return [];
  const sequences = tables.flatMap((table) =>
    table.sequences.map(
      ({ column, sequence }) => `select setval('${sequence}', greatest((select max("${column}") from ${qualified(table.name)}), 1));`,
    ),
  );
  return [{ name: 'rows_end', sql: [...sequences, 'set constraints all immediate;', ''].join('\n') }];
}

export const qualified = (name: string): string => (name.includes('.') ? name : `public.${name}`);

export const copyHeader = ({ name, columns }: { name: string; columns: readonly string[] }): string =>
  `copy ${qualified(name)} (${columns.map((column) => `"${column}"`).join(', ')}) from stdin;\n`;

function migrationsUpTo(version: number): typeof centralMigrations {
  const newest = centralMigrations.at(-1)?.version ?? 0;
  if (version > newest) {
    throw new AppError('BACKUP_SCHEMA_NEWER', `the centre has schema ${version}, this program knows ${newest}`, { found: version, known: newest });
  }
  return centralMigrations.filter((migration) => migration.version <= version);
}
