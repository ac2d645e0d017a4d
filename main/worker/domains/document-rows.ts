import type { DocumentFacts, DocumentFilter, DocumentList, DocumentListRow, DocumentRow, DocumentSort } from '../../../shared/api/documents.ts';
import { foldWords } from '../../../shared/domain/fold-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { insideOf, textsMatching, type FoundInside } from '../content/search-texts.ts';
import { prepared } from '../replica/prepared.ts';
import { isIndexing } from '../replica/search-index.ts';
import type { OpenSession } from '../session.ts';

/** Where the bytes are: links of every service, or files of ours (imported ones among them). */
const source = `case when d.external_url is null then 'file' when d.storage_provider in ('google_drive', 'onedrive', 'dropbox') then d.storage_provider else 'url' end`;

const columns = `
  d.id, d.title, d.category, d.tags, d.access_level, d.project_id, p.project_id as project_code, p.title as project_title,
  ${source} as source, d.link_type, d.link_expires_at, d.file_name, d.file_size, d.mime_type, d.version, d.approved_at,
  d.checked_out_by, o.name as checked_out_name, u.name as uploaded_name, d.created_at, d.updated_at,
  exists (select 1 from outbox x where x.table_name = 'documents' and x.row_id = d.id and x.state <> 'acknowledged') as pending,
  exists (select 1 from attention a where a.table_name = 'documents' and a.row_id = d.id) as refused`;

const joins = `
  from documents d
  left join projects p on p.id = d.project_id
  left join users u on u.id = d.uploaded_by
  left join users o on o.id = d.checked_out_by`;

/** What each filter asks for; those that ask for nothing are left out, so that an index of what remains can be taken. */
const conditions: Readonly<Record<keyof Omit<DocumentFilter, 'search'>, string>> = {
  project_id: 'd.project_id = :project_id',
  category: 'd.category = :category',
  tag: 'exists (select 1 from json_each(d.tags) t where t.value = :tag)',
  access_level: 'd.access_level = :access_level',
  source: `${source} = :source`,
  mine: 'd.uploaded_by = :me',
  checked_out: 'd.checked_out_by is not null',
};

const named = 'd.rowid in (select rowid from search_documents where search_documents match :match)';

/** By name, or by what stands in the file of any version. */
const found = `(${named} or d.content_sha256 in (${textsMatching})
  or exists (select 1 from document_versions v where v.document_id = d.id and v.content_sha256 in (${textsMatching})))`;

/** What stands first in the list does not depend on chance where values are equal. */
const orders: Readonly<Record<DocumentSort, readonly string[]>> = {
  title: ['d.title collate nocase', 'd.id'],
  category: ['d.category is null', 'd.category collate nocase', 'd.title collate nocase', 'd.id'],
  project: ['p.project_id is null', 'p.project_id', 'd.title collate nocase', 'd.id'],
  updated_at: ['d.updated_at', 'd.id'],
};

interface StoredRow extends Omit<DocumentRow, 'tags' | 'project' | 'pending' | 'refused'> {
  tags: string;
  project_id: string | null;
  project_code: string | null;
  project_title: string | null;
  pending: number;
  refused: number;
}

function described<Row extends StoredRow>({ tags, project_id: id, project_code: code, project_title: title, ...row }: Row) {
  return {
    ...row,
    tags: JSON.parse(tags) as string[],
    project: id !== null && code !== null && title !== null ? { id, code, title } : null,
    pending: row.pending === 1,
    refused: row.refused === 1,
  };
}

const shownInside = (found: FoundInside | undefined): DocumentListRow['inside'] =>
  found ? { snippet: found.snippet, version: found.version, is_current: found.is_current } : null;

interface ListQuestion extends DocumentFilter {
  sort: DocumentSort;
  descending: boolean;
  offset: number;
  limit: number;
}

export function readDocuments(session: OpenSession, { search, sort, descending, offset, limit, ...filter }: ListQuestion): DocumentList {
  const { read } = session.replica;
  // The last one may still be being typed, and so may all.
  const words = foldWords(search);
  const asked = (Object.keys(conditions) as (keyof typeof conditions)[]).filter((name) => filter[name] !== null && filter[name] !== false);
  const where = ['true', ...asked.map((name) => conditions[name]), ...(words.length > 0 ? [found] : [])].join(' and ');
  const { mine: _mine, checked_out: _checkedOut, ...values } = filter;
  const parameters = { ...values, me: session.current().person.id, match: words.map((word) => `"${word}"*`).join(' ') };
  const order = orders[sort].map((term) => (term.endsWith('is null') ? term : `${term} ${descending ? 'desc' : 'asc'}`)).join(', ');
  const withProject = sort === 'project' ? 'left join projects p on p.id = d.project_id' : '';
  // Only ids are sorted and skipped; what belongs to a row is read for those that are shown.
  const ids = prepared(read, `select d.id from documents d ${withProject} where ${where} order by ${order} limit :limit offset :offset`)
    .pluck()
    .all({ ...parameters, limit, offset }) as string[];
  const isNamed = words.length === 0 ? '1' : named;
  const stored = prepared(read, `select ${columns}, ${isNamed} as named ${joins} where d.id in (select value from json_each(:ids))`)
    .all({ ids: JSON.stringify(ids), match: parameters.match }) as (StoredRow & { named: 0 | 1 })[];
  const inside = insideOf(session.replica, stored.filter((row) => row.named === 0).map(({ id }) => id), words);
  const rows = new Map(
    stored.map(({ named: _, ...row }): [string, DocumentListRow] => {
      const shown: DocumentRow = described(row);
      return [row.id, { ...shown, inside: shownInside(inside.get(row.id)) }];
    }),
  );
  return {
    rows: ids.flatMap((id) => rows.get(id) ?? []),
    total: prepared(read, `select count(*) from documents d where ${where}`).pluck().get(parameters) as number,
    incomplete: words.length > 0 && isIndexing(read),
  };
}

type StoredFacts = StoredRow & Omit<DocumentFacts, keyof DocumentRow>;

const facts = `
  select ${columns}, d.description, d.content_sha256, d.uploaded_by, a.name as approved_name, d.checked_out_at, d.checkout_note,
         d.external_url, d.external_id, d.link_access_count, d.link_last_accessed, d.sync_status
    ${joins} left join users a on a.id = d.approved_by where d.id = ?`;

/** Fails with NOT_FOUND. */
export function readFacts({ replica }: OpenSession, id: string): DocumentFacts {
  const row = prepared(replica.read, facts).get(id) as StoredFacts | undefined;
  if (!row) throw new AppError('NOT_FOUND', `no document ${id} in the replica`, { entity: 'document' });
  return described(row);
}
