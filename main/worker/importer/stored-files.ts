import type { ClientBase } from 'pg';
import { rowNumber, type StagedTable } from './stage.ts';
import { bucketId } from './table-mappings.ts';

const uuid = `'^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'`;

/**
 * The old system's buckets belonged to nobody; here each belongs to an organization. A bucket goes to the first
 * organization that keeps files in it, an empty one to the organization with the most projects.
 */
export async function assignBuckets(
  client: ClientBase,
  buckets: StagedTable,
  files: StagedTable | undefined,
): Promise<void> {
  if (buckets.columns.has('organization_id')) return;
  await client.query(`alter table ${buckets.sqlName} add column organization_id text`);
  buckets.columns.add('organization_id');
  const byFiles = files
    ? `(select split_part(f.name, '/', 1) from ${files.sqlName} f
         where f.bucket_id = b.id and split_part(f.name, '/', 1) ~ ${uuid} order by f.${rowNumber} limit 1)`
    : 'null';
  await client.query(
    `update ${buckets.sqlName} b set organization_id = coalesce(${byFiles},
       (select p.organization_id::text from public.projects p group by 1 order by count(*) desc, 1 limit 1),
       (select o.id::text from public.organizations o order by o.created_at, o.id limit 1))`,
  );
}

/** Gives every further organization with files in a bucket a bucket of its own, with the same limits. Answers how many. */
export async function splitBuckets(client: ClientBase, files: StagedTable): Promise<number> {
  const { rowCount } = await client.query(
    `insert into public.storage_buckets (id, organization_id, name, public, file_size_limit, allowed_mime_types, created_at, updated_at)
     select ${bucketId('o.id', 'f.bucket_id')}, o.id, f.bucket_id, coalesce(b.public, false), b.file_size_limit,
            coalesce(b.allowed_mime_types, '{}'), coalesce(b.created_at, now()), coalesce(b.updated_at, now())
       from (select distinct bucket_id, split_part(name, '/', 1) as organization from ${files.sqlName}
              where split_part(name, '/', 1) ~ ${uuid}) f
       join public.organizations o on o.id = f.organization::uuid
       left join lateral (select * from public.storage_buckets c where c.name = f.bucket_id order by c.created_at, c.id limit 1) b on true
     on conflict do nothing`,
  );
  return rowCount ?? 0;
}
