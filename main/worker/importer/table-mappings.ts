/** A target column's value computed from the staged row, whose columns are all text and go by the alias `s`. */
export interface ComputedValue {
  /** Columns of the dump that the expression reads; without one of them it isn't used. */
  needs: readonly string[];
  sql: string;
  /** Compute it even where the dump has a column of that name. */
  always?: boolean;
}

export interface TableMapping {
  /** The table in the schema public that the rows go to. */
  target: string;
  /** Columns left out on purpose, never staged either. */
  omit?: readonly string[];
  values?: Readonly<Record<string, ComputedValue>>;
}

const currencyOfOrganization: ComputedValue = {
  needs: ['organization_id'],
  sql: '(select o.default_currency from public.organizations o where o.id = s.organization_id::uuid)',
};

/** The log repeats whole rows, those of the tables with secrets too. */
const withoutSecrets = (column: string): ComputedValue => ({
  needs: [column],
  sql: `case when jsonb_typeof(s.${column}::jsonb) = 'object'
    then s.${column}::jsonb - array['client_secret', 'access_token', 'refresh_token', 'encrypted_password']
    else s.${column}::jsonb end`,
  always: true,
});

/** The first part of a stored file's name is the organization. */
const fileOrganization = `split_part(s.name, '/', 1)::uuid`;

/** The id under which a bucket, named by text in the old system, is known here. */
export const bucketId = (organization: string, name: string): string =>
  `app.derived_id(${organization}, 'storage_bucket:' || ${name})`;

/**
 * Tables of the old system that differ from ours, in the order of loading (computed values look into tables loaded
 * before). Columns of the same name are carried over by type; every other table of the dump that exists here under
 * its own name is loaded after these, column by column.
 */
const mappings: Readonly<Record<string, TableMapping>> = {
  'public.organizations': {
    target: 'organizations',
    values: {
      timezone: {
        needs: ['settings'],
        sql: `(select z.name from pg_timezone_names z where z.name = s.settings::jsonb ->> 'timezone')`,
      },
      default_currency: {
        needs: ['settings'],
        sql: `substring(s.settings::jsonb ->> 'default_currency' from '^[A-Z]{3}$')`,
      },
      settings: { needs: ['settings'], sql: `s.settings::jsonb - 'timezone' - 'default_currency'`, always: true },
    },
  },
  'public.contacts': { target: 'contacts', values: { currency: currencyOfOrganization } },
  'public.users': {
    target: 'users',
    omit: ['direct_reports'], // follows from direct_manager_id
    values: {
      email: { needs: ['email'], sql: 'btrim(s.email)', always: true },
      contact_id: {
        needs: ['id', 'organization_id', 'email', 'role'],
        sql: `(select c.id from public.contacts c
                where c.organization_id = s.organization_id::uuid and c.type = s.role
                  and (c.id = s.id::uuid or lower(btrim(c.email)) = lower(btrim(s.email)))
                order by c.id = s.id::uuid desc, c.id limit 1)`,
      },
    },
  },
  'public.workflow_stages': { target: 'workflow_stages' },
  'public.workflow_sub_stages': { target: 'workflow_sub_stages' },
  'public.projects': { target: 'projects', values: { currency: currencyOfOrganization } },
  'public.project_assignments': {
    target: 'project_assignments',
    values: { created_at: { needs: ['assigned_at'], sql: 's.assigned_at::timestamptz' } },
  },
  'public.project_sub_stage_progress': { target: 'project_sub_stage_progress' },
  'public.documents': { target: 'documents' },
  'public.document_versions': { target: 'document_versions' },
  'public.document_access_log': {
    target: 'document_access_log',
    values: {
      organization_id: {
        needs: ['document_id'],
        sql: '(select d.organization_id from public.documents d where d.id = s.document_id::uuid)',
      },
      created_at: { needs: ['accessed_at'], sql: 's.accessed_at::timestamptz' },
    },
  },
  'public.google_drive_config': {
    target: 'google_drive_config',
    omit: ['client_secret'],
    values: {
      id: {
        needs: ['organization_id'],
        sql: `app.derived_id(s.organization_id::uuid, 'google_drive_config')`,
        always: true,
      },
      scopes: {
        needs: ['scopes'],
        sql: `case when s.scopes ~ '^[{]' then s.scopes::text[] else regexp_split_to_array(btrim(s.scopes), '[ ,]+') end`,
        always: true,
      },
    },
  },
  'public.activity_log': {
    target: 'activity_log',
    values: { old_values: withoutSecrets('old_values'), new_values: withoutSecrets('new_values') },
  },
  'storage.buckets': {
    target: 'storage_buckets',
    omit: ['owner', 'owner_id', 'avif_autodetection', 'type'],
    values: {
      // The stage gets this column from the files in the bucket (see stored-files.ts).
      id: { needs: ['organization_id', 'id'], sql: bucketId('s.organization_id::uuid', 's.id'), always: true },
    },
  },
  'storage.objects': {
    target: 'storage_objects',
    omit: ['level', 'path_tokens'],
    values: {
      owner_id: { needs: ['owner'], sql: 's.owner::uuid' },
      organization_id: { needs: ['name'], sql: fileOrganization },
      bucket_id: { needs: ['name', 'bucket_id'], sql: bucketId(fileOrganization, 's.bucket_id'), always: true },
      size: { needs: ['metadata'], sql: `(s.metadata::jsonb ->> 'size')::bigint` },
      mime_type: { needs: ['metadata'], sql: `s.metadata::jsonb ->> 'mimetype'` },
    },
  },
};

export const mappedTables: readonly string[] = Object.keys(mappings);

/** How a table of the dump is treated. */
export type Treatment =
  | { kind: 'load'; mapping: TableMapping }
  | { kind: 'compare'; keep: readonly string[]; reason: string }
  | { kind: 'omit'; reason: string }
  | { kind: 'unknown' };

const secret = 'not imported on purpose: sessions, tokens and passwords of the old system';
const internal = 'not imported on purpose: internal to the old system';
const internalSchemas: ReadonlySet<string> = new Set(
  (
    '_analytics _realtime cron extensions graphql graphql_public net pgbouncer pgsodium realtime storage ' +
    'supabase_functions supabase_migrations'
  ).split(' '),
);

/** @param ownTables the tables of our schema public */
export function treatmentOf(schema: string, table: string, ownTables: ReadonlySet<string>): Treatment {
  const mapping = mappings[`${schema}.${table}`];
  if (mapping) return { kind: 'load', mapping };
  if (schema === 'auth' && table === 'users') {
    return { kind: 'compare', keep: ['id', 'email'], reason: 'not imported on purpose: compared with users alone' };
  }
  if (schema === 'auth' || schema === 'vault' || table === 'google_drive_tokens')
    return { kind: 'omit', reason: secret };
  if (schema === 'storage' && table === 'prefixes') {
    return { kind: 'omit', reason: "not imported on purpose: follows from the files' names" };
  }
  if (internalSchemas.has(schema)) return { kind: 'omit', reason: internal };
  if (schema === 'public' && ownTables.has(table)) return { kind: 'load', mapping: { target: table } };
  return { kind: 'unknown' };
}
