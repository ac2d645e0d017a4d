import { and, desc, eq } from 'drizzle-orm';
import type { Audience, DocumentPage, DocumentVersion } from '../../../shared/api/documents.ts';
import type { AccessLevel } from '../../../shared/domain/access-rules.ts';
import { mayReadAudit } from '../../../shared/domain/roles.ts';
import { attention } from '../../../db/replica/schema.ts';
import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';
import type { OpenSession } from '../session.ts';
import { describeAttention } from './attention.ts';
import { readAccess, seesAllAccess } from './document-access.ts';
import { levelsFor, mayApprove, mayUpdate, readDocument, type StoredDocument } from './document-commands.ts';
import { readFacts } from './document-rows.ts';
import { readActivityOf } from './record-activity.ts';

const ACCESS_SHOWN = 50;

export function readDocumentPage(session: OpenSession, id: string): DocumentPage {
  const { replica } = session;
  const { person } = session.current();
  const document = readFacts(session, id);
  const stored = readDocument(replica, id);
  const edit = mayUpdate(session, stored);
  const own = document.checked_out_by === person.id;
  const manager = mayReadAudit(person.role);
  const nobody = { user_id: null, action: null, success: null, from: null, to: null };
  return {
    document,
    versions: readVersions(session, stored),
    audience: readAudience(replica, stored),
    may: {
      edit,
      levels: [...new Set([document.access_level, ...(edit ? levelsFor(session) : [])])],
      check_out: edit && document.checked_out_by === null,
      check_in: edit && document.checked_out_by !== null && (own || manager),
      add_version: edit && document.external_url === null && (document.checked_out_by === null || own),
    },
    pending_columns: pendingColumns(replica, id),
    attention: replica.db
      .select()
      .from(attention)
      .where(and(eq(attention.table_name, 'documents'), eq(attention.row_id, id)))
      .orderBy(desc(attention.refused_at))
      .all()
      .map((item) => describeAttention(session, item)),
    access: readAccess(session, { document_id: id, ...nobody }, null, ACCESS_SHOWN).rows,
    sees_all_access: seesAllAccess(session),
    activity: manager ? readActivityOf(replica, 'documents', id) : null,
  };
}

const versions = `
  select v.id, v.version_number, v.is_current, v.file_name, v.file_size, v.mime_type, v.content_sha256, v.change_summary,
         u.name as uploaded_name, v.uploaded_by, v.uploaded_at, a.name as approved_name, v.approved_at,
         exists (select 1 from outbox x where x.table_name = 'document_versions' and x.row_id = v.id and x.op = 'insert' and x.state <> 'acknowledged') as pending
    from document_versions v left join users u on u.id = v.uploaded_by left join users a on a.id = v.approved_by
   where v.document_id = ? order by v.version_number desc, v.uploaded_at desc, v.id desc`;

type StoredVersion = Omit<DocumentVersion, 'is_current' | 'pending' | 'may_approve'> & { is_current: number; pending: number; uploaded_by: string | null };

function readVersions(session: OpenSession, document: StoredDocument): DocumentVersion[] {
  const { person } = session.current();
  const approver = mayApprove(session, document);
  return (prepared(session.replica.read, versions).all(document.id) as StoredVersion[]).map(({ uploaded_by, ...version }) => ({
    ...version,
    is_current: version.is_current === 1,
    pending: version.pending === 1,
    // To approve what holds no more would say nothing.
    may_approve: approver && version.is_current === 1 && version.approved_at === null && uploaded_by !== person.id,
  }));
}

const customer = `select c.company_name from projects p join contacts c on c.id = p.customer_id where p.id = ?`;

/** As the centre shows them: of projects with a request to the supplier, and documents that a request names. */
const suppliers = `
  select distinct c.company_name from supplier_rfqs r join contacts c on c.id = r.supplier_id
   where r.status <> 'draft'
     and (r.project_id = :project or r.id in (select i.supplier_rfq_id from supplier_rfq_items i where i.document_id = :document))
   order by c.company_name`;

function readAudience({ read }: Replica, { id, project_id, access_level }: StoredDocument): Audience {
  const level = access_level as AccessLevel;
  const toCustomer = level === 'customer' || level === 'external' || level === 'public';
  const toSuppliers = level === 'supplier' || level === 'external' || level === 'public';
  return {
    customer: toCustomer ? ((prepared(read, customer).pluck().get(project_id) as string | undefined) ?? null) : null,
    suppliers: toSuppliers ? (prepared(read, suppliers).pluck().all({ project: project_id, document: id }) as string[]) : [],
  };
}

/** Columns of the document's own row that an unconfirmed change touches. */
function pendingColumns({ read }: Replica, id: string): string[] {
  const patches = prepared(
    read,
    `select e.patch from outbox_effects e join outbox o on o.seq = e.seq
      where e.table_name = 'documents' and e.row_id = ? and o.state <> 'acknowledged' and o.table_name = 'documents'`,
  )
    .pluck()
    .all(id) as string[];
  return [...new Set(patches.flatMap((patch) => Object.keys(JSON.parse(patch) as object)))].filter((column) => column !== 'updated_at');
}
