/** A small dump of the old system, in the forms that pg_dump and supabase write. */

export interface FixtureTable {
  /** schema.table */
  name: string;
  columns: string[];
  rows: (string | null)[][];
}

export const ids = {
  organization: '11111111-0000-4000-8000-000000000001',
  manager: '22222222-0000-4000-8000-000000000001',
  worker: '22222222-0000-4000-8000-000000000002',
  outsider: '22222222-0000-4000-8000-000000000003',
  contact: '33333333-0000-4000-8000-000000000001',
  firstStage: '44444444-0000-4000-8000-000000000001',
  secondStage: '44444444-0000-4000-8000-000000000002',
  project: '55555555-0000-4000-8000-000000000000',
  document: '66666666-0000-4000-8000-000000000001',
  message: '77777777-0000-4000-8000-000000000001',
  answer: '77777777-0000-4000-8000-000000000002',
};

const created = '2025-02-01 08:00:00.123+00';
const updated = '2025-02-02 01:02:03+00';
const uuid = (kind: string, number: number): string =>
  `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;

const move = (number: number, at: string): (string | null)[] => [
  uuid('8', number),
  ids.organization,
  ids.manager,
  'project',
  ids.project,
  'stage_transition_bypass',
  'Stage changed',
  null,
  JSON.stringify({ from_stage_id: ids.secondStage, to_stage_id: ids.firstStage, bypass_reason: 'sai bản vẽ' }),
  at,
];

/** Tables in an order that no foreign key would allow. */
export const fixture = (): FixtureTable[] => [
  {
    name: 'auth.users',
    columns: ['id', 'email', 'encrypted_password'],
    rows: [[ids.worker, 'other@xuong.vn', 'TOP-SECRET-1']],
  },
  { name: 'auth.sessions', columns: ['id', 'refresh_token'], rows: [['1', 'TOP-SECRET-2']] },
  {
    name: 'public.users',
    columns: [
      'id',
      'organization_id',
      'email',
      'name',
      'role',
      'direct_manager_id',
      'direct_reports',
      'preferences',
      'created_at',
      'updated_at',
    ],
    rows: [
      [
        ids.worker,
        ids.organization,
        ' worker@xuong.vn',
        'Vũ Thị Hạnh',
        'production',
        ids.manager,
        '{}',
        '{}',
        created,
        updated,
      ],
      [
        ids.manager,
        ids.organization,
        'manager@xuong.vn',
        'Phan Văn Lực',
        'management',
        ids.worker,
        `{${ids.worker}}`,
        '{"language": "vi"}',
        created,
        updated,
      ],
      [ids.outsider, ids.organization, 'outsider@khach.vn', 'Khách', 'customer', null, '{}', '{}', created, updated],
    ],
  },
  {
    name: 'public.organizations',
    columns: ['id', 'name', 'slug', 'settings', 'subscription_plan', 'is_active', 'created_at', 'updated_at'],
    rows: [
      [
        ids.organization,
        'Xưởng thử nghiệm',
        'xuong-thu-nghiem',
        '{"timezone": "Asia/Ho_Chi_Minh", "default_currency": "USD", "language": "vi"}',
        'growth',
        'true',
        created,
        updated,
      ],
    ],
  },
  {
    name: 'public.contacts',
    columns: [
      'id',
      'organization_id',
      'type',
      'company_name',
      'email',
      'credit_limit',
      'ai_capabilities',
      'created_by',
      'created_at',
      'updated_at',
    ],
    rows: [
      [
        ids.contact,
        ids.organization,
        'customer',
        'Khách hàng',
        'Outsider@Khach.vn',
        '500.00',
        '["phay", "tiện"]',
        ids.manager,
        created,
        updated,
      ],
    ],
  },
  {
    name: 'public.messages',
    columns: [
      'id',
      'organization_id',
      'project_id',
      'sender_id',
      'recipient_id',
      'content',
      'thread_id',
      'parent_message_id',
      'created_at',
    ],
    rows: [
      [ids.answer, ids.organization, ids.project, ids.worker, ids.manager, 'Vâng ạ', ids.message, ids.message, created],
      [ids.message, ids.organization, ids.project, ids.manager, ids.worker, 'Xong chưa?', null, null, created],
    ],
  },
  {
    name: 'public.projects',
    columns: [
      'id',
      'organization_id',
      'project_id',
      'title',
      'customer_id',
      'current_stage_id',
      'status',
      'estimated_value',
      'estimated_delivery_date',
      'actual_delivery_date',
      'tags',
      'metadata',
      'notes',
      'created_by',
      'created_at',
      'updated_at',
    ],
    rows: [
      [
        ids.project,
        ids.organization,
        'P-25020101',
        'Giá đỡ "đặc biệt" \\ 100%',
        ids.contact,
        ids.firstStage,
        'active',
        '1234.50',
        '2025-03-15 00:00:00+00',
        '2025-03-31 17:00:00+00',
        '{cnc,"hàn, phay"}',
        '{"quantity": 10}',
        "Dòng 1\nDòng 2\tcột 2; it's 😀",
        ids.manager,
        created,
        updated,
      ],
    ],
  },
  {
    name: 'public.workflow_stages',
    columns: ['id', 'organization_id', 'name', 'slug', 'stage_order', 'responsible_roles', 'created_at', 'updated_at'],
    rows: [
      [ids.firstStage, ids.organization, 'Inquiry', 'inquiry', '1', '{sales}', created, updated],
      [ids.secondStage, ids.organization, 'Review', 'review', '2', '{engineering,qa}', created, updated],
    ],
  },
  {
    name: 'public.activity_log',
    columns: [
      'id',
      'organization_id',
      'user_id',
      'entity_type',
      'entity_id',
      'action',
      'description',
      'new_values',
      'metadata',
      'created_at',
    ],
    rows: [
      move(1, '2025-02-02 01:01:58+00'), // the dialog opened
      move(2, '2025-02-02 01:02:03+00'), // the move itself
      [
        uuid('8', 3),
        ids.organization,
        ids.manager,
        'google_drive_config',
        null,
        'INSERT',
        null,
        '{"client_id": "desktop", "client_secret": "TOP-SECRET-3"}',
        '{}',
        created,
      ],
    ],
  },
  {
    name: 'public.documents',
    columns: ['id', 'organization_id', 'project_id', 'title', 'storage_provider', 'created_at', 'updated_at'],
    rows: [[ids.document, ids.organization, ids.project, 'Bản vẽ', 'supabase', created, updated]],
  },
  {
    name: 'public.document_access_log',
    columns: ['id', 'document_id', 'user_id', 'action', 'accessed_at'],
    rows: [[uuid('9', 1), ids.document, ids.worker, 'view', updated]],
  },
  {
    name: 'public.google_drive_config',
    columns: ['id', 'organization_id', 'client_id', 'client_secret', 'is_active'],
    rows: [['1', ids.organization, 'desktop', 'TOP-SECRET-4', 'true']],
  },
  {
    name: 'public.google_drive_tokens',
    columns: ['id', 'user_id', 'access_token'],
    rows: [['1', ids.worker, 'TOP-SECRET-5']],
  },
  {
    name: 'storage.objects',
    columns: ['id', 'bucket_id', 'name', 'owner', 'metadata', 'created_at', 'updated_at'],
    rows: [
      [
        uuid('a', 1),
        'documents',
        `${ids.organization}/${ids.project}/ve.pdf`,
        ids.worker,
        '{"size": 12, "mimetype": "application/pdf"}',
        created,
        updated,
      ],
    ],
  },
  {
    name: 'storage.buckets',
    columns: ['id', 'name', 'public', 'file_size_limit', 'allowed_mime_types', 'created_at', 'updated_at'],
    rows: [['documents', 'documents', 'false', '52428800', '{image/*}', created, updated]],
  },
];

const header = `SET session_replication_role = replica;\n\n--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n`;
const trailer = `SELECT pg_catalog.setval('"public"."google_drive_config_id_seq"', 1, true);\n\n--\n-- PostgreSQL database dump complete\n--\n\nRESET ALL;\n`;

const quoteName = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
const literal = (value: string | null): string => {
  if (value === null) return 'NULL';
  return /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
};

/** As `supabase db dump --data-only` writes it. */
export const insertForm = (tables: readonly FixtureTable[]): string =>
  header +
  tables
    .map(({ name, columns, rows }) => {
      const values = rows.map((row) => `\t(${row.map(literal).join(', ')})`).join(',\n');
      return `--\n-- Data for Name: ${name}\n--\n\nINSERT INTO ${quoteName(name)} (${columns.map(quoteName).join(', ')}) VALUES\n${values};\n\n\n`;
    })
    .join('') +
  trailer;

const escape = (value: string | null): string =>
  value === null
    ? '\\N'
    : value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');

/** As `pg_dump --data-only` writes it. */
export const copyForm = (tables: readonly FixtureTable[]): string =>
  header +
  tables
    .map(({ name, columns, rows }) => {
      const lines = rows.map((row) => `${row.map(escape).join('\t')}\n`).join('');
      return `COPY ${name} (${columns.join(', ')}) FROM stdin;\n${lines}\\.\n\n\n`;
    })
    .join('') +
  trailer;
