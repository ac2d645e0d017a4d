-- The tables of people, work and talk. Purchasing, stock and stored files follow in 0003.
--
-- Rules that every replicated table keeps:
-- * `organization_id` is part of every reference between business tables, so that no row can point into another
--   organization, whatever a client sends.
-- * References are deferrable, because an import loads circles (manager, thread, escalation) in one transaction.
-- * A reference to what a row merely mentions falls to null when that is deleted; an owned row goes with its owner;
--   a record of what happened keeps the people it names, so these cannot be deleted, only made inactive.
-- * `sync_xid` is the transaction that wrote the row last; <table>_sync serves the pull (docs/sync.md).

-- Organizations and people --------------------------------------------------------------------------------------

create table organizations (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null generated always as (id) stored,
  name text not null check (btrim(name) <> '' and char_length(name) <= 300),
  slug text not null unique check (slug ~ '^[a-z0-9]+([-_][a-z0-9]+)*$' and char_length(slug) <= 100),
  domain text check (char_length(domain) <= 253),
  logo_url text check (char_length(logo_url) <= 2000),
  description text check (char_length(description) <= 20000),
  industry text check (char_length(industry) <= 200),
  timezone text not null default 'Asia/Ho_Chi_Minh' check (char_length(timezone) between 1 and 100),
  default_currency text not null default 'VND' check (default_currency ~ '^[A-Z]{3}$'),
  settings jsonb not null default '{}',
  subscription_plan text not null default 'starter' check (subscription_plan in ('starter', 'growth', 'enterprise')),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id()
);
comment on table organizations is 'One row is a company that works in Factory Pulse; everything else belongs to one.';
create index organizations_sync on organizations (organization_id, sync_xid);

create table users (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  email text not null check (email = btrim(email) and email ~ '^[^\s@]+@[^\s@]+$' and char_length(email) <= 320),
  name text not null check (btrim(name) <> '' and char_length(name) <= 200),
  role text not null check (role in ('management', 'admin', 'sales', 'engineering', 'qa', 'production',
    'procurement', 'supplier', 'customer')),
  department text check (char_length(department) <= 200),
  phone text check (char_length(phone) <= 50),
  avatar_url text check (char_length(avatar_url) <= 2000),
  status text not null default 'active' check (status in ('active', 'inactive', 'pending', 'suspended')),
  description text check (char_length(description) <= 20000),
  employee_id text check (char_length(employee_id) <= 100),
  direct_manager_id uuid check (direct_manager_id <> id),
  contact_id uuid,
  preferences jsonb not null default '{}',
  last_login_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  foreign key (organization_id, direct_manager_id) references users (organization_id, id)
    on delete set null (direct_manager_id) deferrable
);
comment on table users is 'One row is a person who signs in: staff, or the contact person of a customer or supplier.';
comment on column users.contact_id is 'The company of an external person; decides which projects or RFQs they see.';
-- A login role is named after the e-mail, so one address is one person in the whole database.
create unique index users_email_key on users (lower(email));
create index users_sync on users (organization_id, sync_xid);
create index users_direct_manager on users (direct_manager_id);
create index users_contact on users (contact_id);

create table contacts (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  type text not null check (type in ('customer', 'supplier', 'partner', 'internal')),
  company_name text not null check (btrim(company_name) <> '' and char_length(company_name) <= 300),
  contact_name text check (char_length(contact_name) <= 200),
  email text check (char_length(email) <= 320),
  phone text check (char_length(phone) <= 50),
  address text check (char_length(address) <= 1000),
  city text check (char_length(city) <= 200),
  state text check (char_length(state) <= 200),
  country text check (char_length(country) <= 200),
  postal_code text check (char_length(postal_code) <= 20),
  website text check (char_length(website) <= 2000),
  tax_id text check (char_length(tax_id) <= 50),
  payment_terms text check (char_length(payment_terms) <= 200),
  credit_limit numeric(18,2) check (credit_limit >= 0),
  currency text not null default 'VND' check (currency ~ '^[A-Z]{3}$'),
  is_active boolean not null default true,
  notes text check (char_length(notes) <= 20000),
  metadata jsonb not null default '{}',
  ai_category jsonb not null default '{}',
  ai_capabilities text[] not null default '{}',
  ai_risk_score numeric(5,2) check (ai_risk_score between 0 and 100),
  ai_last_analyzed timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable
);
comment on table contacts is 'One row is a company that the organization deals with: customer, supplier or partner.';
create index contacts_sync on contacts (organization_id, sync_xid);
create index contacts_type on contacts (organization_id, type, company_name);

alter table users add foreign key (organization_id, contact_id) references contacts (organization_id, id)
  on delete set null (contact_id) deferrable;

-- How a person signs in, and from where: known to the centre alone ------------------------------------------------

create table app.logins (
  user_id uuid primary key references users (id) on delete cascade deferrable,
  role_name name not null unique,
  must_change_password boolean not null default false,
  access_epoch bigint not null default 1,
  created_at timestamptz not null default now()
);
comment on table app.logins is 'One row ties a person to the PostgreSQL role that they sign in with.';
comment on column app.logins.access_epoch is 'Grows whenever what the person may see changes; a replica that meets a new one reconciles.';

create table app.devices (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade deferrable,
  name text not null default '' check (char_length(name) <= 200),
  platform text check (char_length(platform) <= 100),
  app_version text check (char_length(app_version) <= 50),
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  last_sync_at timestamptz,
  schema_version integer,
  revoked_at timestamptz
);
comment on table app.devices is 'One row is an installation of the desktop application as one person uses it.';
create index devices_user on app.devices (user_id);

create table app.device_sessions (
  id uuid primary key default app.uuid_v7(),
  device_id uuid not null references app.devices (id) on delete cascade deferrable,
  user_id uuid not null references users (id) on delete cascade deferrable,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  end_reason text check (char_length(end_reason) <= 100),
  check (ended_at >= started_at)
);
comment on table app.device_sessions is 'One row is the time between a sign-in on a device and its end.';
create index device_sessions_device on app.device_sessions (device_id, started_at);
create index device_sessions_user on app.device_sessions (user_id, started_at);

create table app.code_counters (
  organization_id uuid not null references organizations (id) on delete cascade deferrable,
  day date not null,
  last integer not null check (last > 0),
  primary key (organization_id, day)
);
comment on table app.code_counters is 'One row is the last project number that an organization gave out on a day.';

-- The workflow and the projects in it -------------------------------------------------------------------------------

-- The order of stages is not unique: two swapped stages arrive from an offline desktop one row at a time. Where two
-- are equal, the id decides, here and in the engine.
create table workflow_stages (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  name text not null check (btrim(name) <> '' and char_length(name) <= 200),
  slug text not null check (slug ~ '^[a-z0-9]+([-_][a-z0-9]+)*$' and char_length(slug) <= 100),
  description text check (char_length(description) <= 20000),
  color text not null default '#6B7280' check (color ~ '^#[0-9A-Fa-f]{6}$'),
  stage_order integer not null check (stage_order > 0),
  is_active boolean not null default true,
  exit_criteria text check (char_length(exit_criteria) <= 20000),
  responsible_roles text[] not null default '{}' check (responsible_roles <@ array['management', 'admin', 'sales',
    'engineering', 'qa', 'production', 'procurement', 'supplier', 'customer']),
  estimated_duration_days integer check (estimated_duration_days >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (organization_id, slug)
);
comment on table workflow_stages is 'One row is a stage that projects of the organization pass through.';
create index workflow_stages_sync on workflow_stages (organization_id, sync_xid);

create table workflow_sub_stages (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  workflow_stage_id uuid not null,
  name text not null check (btrim(name) <> '' and char_length(name) <= 200),
  slug text not null check (slug ~ '^[a-z0-9]+([-_][a-z0-9]+)*$' and char_length(slug) <= 100),
  description text check (char_length(description) <= 20000),
  color text not null default '#6B7280' check (color ~ '^#[0-9A-Fa-f]{6}$'),
  sub_stage_order integer not null check (sub_stage_order > 0),
  is_active boolean not null default true,
  exit_criteria text check (char_length(exit_criteria) <= 20000),
  responsible_roles text[] not null default '{}' check (responsible_roles <@ array['management', 'admin', 'sales',
    'engineering', 'qa', 'production', 'procurement', 'supplier', 'customer']),
  estimated_duration_hours integer check (estimated_duration_hours >= 0),
  is_required boolean not null default true,
  can_skip boolean not null default false,
  auto_advance boolean not null default false,
  requires_approval boolean not null default false,
  approval_roles text[] not null default '{}' check (approval_roles <@ array['management', 'admin', 'sales',
    'engineering', 'qa', 'production', 'procurement', 'supplier', 'customer']),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (workflow_stage_id, slug),
  foreign key (organization_id, workflow_stage_id) references workflow_stages (organization_id, id)
    on delete cascade deferrable
);
comment on table workflow_sub_stages is 'One row is a step of a stage: a box to tick before a project may go on.';
create index workflow_sub_stages_sync on workflow_sub_stages (organization_id, sync_xid);

create table projects (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  project_id text not null check (btrim(project_id) <> '' and char_length(project_id) <= 50),
  title text not null check (btrim(title) <> '' and char_length(title) <= 500),
  description text check (char_length(description) <= 20000),
  customer_id uuid,
  current_stage_id uuid not null,
  status text not null default 'active' check (status in ('active', 'completed', 'cancelled', 'on_hold')),
  priority_level text not null default 'medium' check (priority_level in ('low', 'medium', 'high', 'critical')),
  priority_score integer check (priority_score between 0 and 100),
  estimated_value numeric(18,2) check (estimated_value >= 0 and estimated_value <> 'NaN'),
  currency text not null default 'VND' check (currency ~ '^[A-Z]{3}$'),
  estimated_delivery_date date check (isfinite(estimated_delivery_date)),
  actual_delivery_date date,
  source text check (char_length(source) <= 100),
  tags text[] not null default '{}',
  metadata jsonb not null default '{}',
  stage_entered_at timestamptz not null default now(),
  project_type text check (char_length(project_type) <= 100),
  notes text check (char_length(notes) <= 20000),
  created_by uuid,
  assigned_to uuid,
  intake_type text check (intake_type in ('rfq', 'purchase_order', 'project_idea', 'direct_request')),
  intake_source text check (char_length(intake_source) <= 100),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (organization_id, project_id),
  foreign key (organization_id, customer_id) references contacts (organization_id, id)
    on delete set null (customer_id) deferrable,
  foreign key (organization_id, current_stage_id) references workflow_stages (organization_id, id) deferrable,
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable,
  foreign key (organization_id, assigned_to) references users (organization_id, id)
    on delete set null (assigned_to) deferrable
);
comment on table projects is 'One row is a customer''s job on its way from inquiry to shipment.';
comment on column projects.project_id is 'The code that people use, such as P-25012703; the key is id.';
create index projects_sync on projects (organization_id, sync_xid);
create index projects_stage on projects (organization_id, current_stage_id, status);
create index projects_customer on projects (customer_id);
create index projects_assigned_to on projects (assigned_to);
create index projects_created_by on projects (created_by);

create table project_assignments (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  project_id uuid not null,
  user_id uuid not null,
  role text not null default 'member' check (btrim(role) <> '' and char_length(role) <= 100),
  assigned_at timestamptz not null default now(),
  assigned_by uuid,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, assigned_by) references users (organization_id, id)
    on delete set null (assigned_by) deferrable
);
comment on table project_assignments is 'One row is a person''s part in a project; an active one lets them edit it.';
create index project_assignments_sync on project_assignments (organization_id, sync_xid);
create index project_assignments_project on project_assignments (project_id);
create index project_assignments_user on project_assignments (user_id) where is_active;

create table project_sub_stage_progress (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  project_id uuid not null,
  workflow_stage_id uuid not null,
  sub_stage_id uuid not null,
  status text not null default 'pending'
    check (status in ('pending', 'in_progress', 'in_review', 'blocked', 'skipped', 'completed')),
  started_at timestamptz,
  completed_at timestamptz,
  completed_by uuid,
  assigned_to uuid,
  blocked_reason text check (char_length(blocked_reason) <= 2000),
  notes text check (char_length(notes) <= 20000),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  unique (project_id, sub_stage_id),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, workflow_stage_id) references workflow_stages (organization_id, id) deferrable,
  foreign key (organization_id, sub_stage_id) references workflow_sub_stages (organization_id, id) deferrable,
  foreign key (organization_id, completed_by) references users (organization_id, id)
    on delete set null (completed_by) deferrable,
  foreign key (organization_id, assigned_to) references users (organization_id, id)
    on delete set null (assigned_to) deferrable
);
comment on table project_sub_stage_progress is 'One row is how far a project is with one sub-stage.';
create index project_sub_stage_progress_sync on project_sub_stage_progress (organization_id, sync_xid);
create index project_sub_stage_progress_stage on project_sub_stage_progress (workflow_stage_id);
create index project_sub_stage_progress_sub_stage on project_sub_stage_progress (sub_stage_id);
create index project_sub_stage_progress_assigned_to on project_sub_stage_progress (assigned_to);

create table project_stage_history (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  project_id uuid not null,
  from_stage_id uuid,
  to_stage_id uuid,
  kind text not null check (kind in ('enter', 'advance', 'skip', 'back', 'leave')),
  reason text check (char_length(reason) <= 2000),
  moved_by uuid,
  moved_at timestamptz not null default now(),
  entered_at timestamptz,
  duration_seconds bigint check (duration_seconds >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  constraint project_stage_history_stages_check check (
    (kind = 'leave' or to_stage_id is not null) and (kind = 'enter' or from_stage_id is not null)),
  constraint project_stage_history_reason_required check (
    kind not in ('skip', 'back') or btrim(coalesce(reason, '')) <> ''),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, from_stage_id) references workflow_stages (organization_id, id) deferrable,
  foreign key (organization_id, to_stage_id) references workflow_stages (organization_id, id) deferrable,
  foreign key (organization_id, moved_by) references users (organization_id, id) deferrable
);
comment on table project_stage_history is 'One row is a move of a project between stages; rows are only ever added.';
comment on column project_stage_history.entered_at is 'When the project had entered the stage that this move left.';
create index project_stage_history_sync on project_stage_history (organization_id, sync_xid);
create index project_stage_history_project on project_stage_history (project_id, moved_at);
create index project_stage_history_from_stage on project_stage_history (from_stage_id);
create index project_stage_history_to_stage on project_stage_history (to_stage_id);

-- Documents ---------------------------------------------------------------------------------------------------------

create table documents (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  project_id uuid,
  title text not null check (btrim(title) <> '' and char_length(title) <= 500),
  description text check (char_length(description) <= 20000),
  file_name text check (char_length(file_name) <= 500),
  file_path text check (char_length(file_path) <= 2000),
  file_size bigint check (file_size >= 0),
  file_type text check (char_length(file_type) <= 255),
  mime_type text check (char_length(mime_type) <= 255),
  version integer not null default 1 check (version > 0),
  is_current_version boolean not null default true,
  category text check (char_length(category) <= 100),
  tags text[] not null default '{}',
  metadata jsonb not null default '{}',
  access_level text not null default 'internal' check (access_level in ('public', 'internal', 'confidential',
    'restricted', 'customer', 'supplier', 'external')),
  uploaded_by uuid,
  approved_by uuid,
  approved_at timestamptz,
  external_id text check (char_length(external_id) <= 500),
  external_url text check (external_url ~* '^https?://' and char_length(external_url) <= 4000),
  storage_provider text not null default 'central' check (storage_provider in ('central', 'supabase', 'google_drive',
    'dropbox', 'onedrive', 'url')),
  sync_status text not null default 'synced'
    check (sync_status in ('pending', 'syncing', 'synced', 'error', 'conflict')),
  last_synced_at timestamptz,
  ai_extracted_data jsonb not null default '{}',
  ai_processing_status text check (ai_processing_status in ('pending', 'processing', 'completed', 'failed', 'skipped')),
  ai_confidence_score numeric(5,2),
  ai_processed_at timestamptz,
  link_type text check (link_type in ('file', 'folder', 'shared_link', 'embed')),
  link_permissions jsonb not null default '{}',
  link_expires_at timestamptz,
  link_access_count integer not null default 0 check (link_access_count >= 0),
  link_last_accessed timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  foreign key (organization_id, project_id) references projects (organization_id, id)
    on delete set null (project_id) deferrable,
  foreign key (organization_id, uploaded_by) references users (organization_id, id)
    on delete set null (uploaded_by) deferrable,
  foreign key (organization_id, approved_by) references users (organization_id, id) deferrable
);
comment on table documents is 'One row is a document, or a link to one, in its current version.';
comment on column documents.access_level is 'Who beyond the staff may see it: customer, supplier, or external for both.';
create index documents_sync on documents (organization_id, sync_xid);
create index documents_project on documents (project_id);
create index documents_uploaded_by on documents (uploaded_by);

create table document_versions (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  document_id uuid not null,
  version_number integer not null check (version_number > 0),
  file_name text check (char_length(file_name) <= 500),
  file_path text check (char_length(file_path) <= 2000),
  file_size bigint check (file_size >= 0),
  mime_type text check (char_length(mime_type) <= 255),
  title text check (char_length(title) <= 500),
  description text check (char_length(description) <= 20000),
  change_summary text check (char_length(change_summary) <= 20000),
  uploaded_by uuid,
  uploaded_at timestamptz not null default now(),
  is_current boolean not null default true,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, document_id) references documents (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, uploaded_by) references users (organization_id, id)
    on delete set null (uploaded_by) deferrable
);
comment on table document_versions is 'One row is one version of a document''s file.';
create index document_versions_sync on document_versions (organization_id, sync_xid);
create index document_versions_document on document_versions (document_id, version_number);

create table document_access_log (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  document_id uuid not null,
  user_id uuid,
  device_id uuid,
  action text not null check (btrim(action) <> '' and char_length(action) <= 100),
  success boolean not null default true,
  error_message text check (char_length(error_message) <= 2000),
  ip_address text check (char_length(ip_address) <= 64),
  user_agent text check (char_length(user_agent) <= 1000),
  accessed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, document_id) references documents (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, user_id) references users (organization_id, id) deferrable
);
comment on table document_access_log is 'One row is one time that somebody opened, downloaded or changed a document.';
create index document_access_log_sync on document_access_log (organization_id, sync_xid);
create index document_access_log_document on document_access_log (document_id, accessed_at);
create index document_access_log_user on document_access_log (user_id);

create table google_drive_config (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null unique references organizations (id) on delete cascade deferrable,
  client_id text not null check (btrim(client_id) <> '' and char_length(client_id) <= 500),
  redirect_uri text check (char_length(redirect_uri) <= 2000),
  scopes text[] not null default '{}',
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id()
);
comment on table google_drive_config is 'One row is how an organization''s desktops sign in at Google Drive; it holds no secret.';
create index google_drive_config_sync on google_drive_config (organization_id, sync_xid);

-- Reviews and approvals ---------------------------------------------------------------------------------------------

create table reviews (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  project_id uuid not null,
  reviewer_id uuid,
  review_type text not null check (review_type ~ '^[a-z][a-z0-9_]*$' and char_length(review_type) <= 100),
  status text not null default 'pending' check (status in ('pending', 'in_progress', 'approved', 'rejected',
    'needs_revision', 'completed', 'cancelled')),
  priority text not null default 'medium' check (priority in ('low', 'medium', 'normal', 'high', 'urgent', 'critical')),
  comments text check (char_length(comments) <= 20000),
  recommendations text check (char_length(recommendations) <= 20000),
  decision text check (char_length(decision) <= 100),
  decision_reason text check (char_length(decision_reason) <= 20000),
  metadata jsonb not null default '{}',
  due_date timestamptz,
  completed_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, reviewer_id) references users (organization_id, id) deferrable,
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable
);
comment on table reviews is 'One row is one person''s review of a project: asked for, then decided.';
create index reviews_sync on reviews (organization_id, sync_xid);
create index reviews_project on reviews (project_id);
create index reviews_reviewer on reviews (reviewer_id);

create table approval_chains (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  name text not null check (btrim(name) <> '' and char_length(name) <= 300),
  description text check (char_length(description) <= 20000),
  approval_type text not null check (approval_type in ('stage_transition', 'document_approval', 'engineering_change',
    'supplier_qualification', 'purchase_order', 'cost_approval', 'quality_review', 'production_release',
    'shipping_approval', 'contract_approval', 'budget_approval', 'safety_review', 'custom')),
  entity_type text check (char_length(entity_type) <= 100),
  steps jsonb not null default '[]' check (jsonb_typeof(steps) = 'array'),
  auto_approval_rules jsonb not null default '{}',
  is_active boolean not null default true,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable
);
comment on table approval_chains is 'One row is a sequence of approvers that requests of a kind pass, step by step.';
create index approval_chains_sync on approval_chains (organization_id, sync_xid);

create table approvals (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  approval_type text not null check (approval_type in ('stage_transition', 'document_approval', 'engineering_change',
    'supplier_qualification', 'purchase_order', 'cost_approval', 'quality_review', 'production_release',
    'shipping_approval', 'contract_approval', 'budget_approval', 'safety_review', 'custom')),
  title text not null check (btrim(title) <> '' and char_length(title) <= 500),
  description text check (char_length(description) <= 20000),
  reference_id text check (char_length(reference_id) <= 100),
  entity_type text not null check (btrim(entity_type) <> '' and char_length(entity_type) <= 100),
  entity_id uuid not null,
  project_id uuid,
  approval_chain_id uuid,
  step_number integer not null default 1 check (step_number > 0),
  total_steps integer not null default 1,
  requested_by uuid,
  requested_at timestamptz not null default now(),
  request_reason text check (char_length(request_reason) <= 20000),
  request_metadata jsonb not null default '{}',
  current_approver_id uuid,
  current_approver_role text check (current_approver_role in ('management', 'admin', 'sales', 'engineering', 'qa',
    'production', 'procurement', 'supplier', 'customer')),
  current_approver_department text check (char_length(current_approver_department) <= 200),
  status text not null default 'pending' check (status in ('pending', 'in_review', 'approved', 'rejected',
    'delegated', 'expired', 'cancelled', 'auto_approved', 'escalated')),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent', 'critical')),
  due_date timestamptz,
  expires_at timestamptz,
  decision_by uuid,
  decision_at timestamptz,
  decision_comments text check (char_length(decision_comments) <= 20000),
  decision_reason text check (char_length(decision_reason) <= 20000),
  decision_metadata jsonb not null default '{}',
  escalated_from uuid check (escalated_from <> id),
  escalated_to uuid,
  escalated_by uuid,
  escalated_at timestamptz,
  escalation_reason text check (char_length(escalation_reason) <= 20000),
  delegated_from uuid check (delegated_from <> id),
  delegated_to uuid,
  delegated_by uuid,
  delegated_at timestamptz,
  delegation_reason text check (char_length(delegation_reason) <= 20000),
  auto_approval_rules jsonb not null default '{}',
  auto_approved_at timestamptz,
  auto_approval_reason text check (char_length(auto_approval_reason) <= 20000),
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  constraint approvals_step_check check (step_number <= total_steps),
  unique (organization_id, id),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, approval_chain_id) references approval_chains (organization_id, id)
    on delete set null (approval_chain_id) deferrable,
  foreign key (organization_id, requested_by) references users (organization_id, id) deferrable,
  foreign key (organization_id, current_approver_id) references users (organization_id, id)
    on delete set null (current_approver_id) deferrable,
  foreign key (organization_id, decision_by) references users (organization_id, id) deferrable,
  foreign key (organization_id, escalated_from) references approvals (organization_id, id)
    on delete set null (escalated_from) deferrable,
  foreign key (organization_id, escalated_to) references users (organization_id, id) deferrable,
  foreign key (organization_id, escalated_by) references users (organization_id, id) deferrable,
  foreign key (organization_id, delegated_from) references approvals (organization_id, id)
    on delete set null (delegated_from) deferrable,
  foreign key (organization_id, delegated_to) references users (organization_id, id) deferrable,
  foreign key (organization_id, delegated_by) references users (organization_id, id) deferrable,
  foreign key (organization_id, created_by) references users (organization_id, id)
    on delete set null (created_by) deferrable
);
comment on table approvals is 'One row is one step of a request for approval, with its decision.';
comment on column approvals.escalated_from is 'The approval that was escalated into this one.';
comment on column approvals.delegated_from is 'The approval that was delegated into this one.';
create index approvals_sync on approvals (organization_id, sync_xid);
create index approvals_entity on approvals (entity_id);
create index approvals_project on approvals (project_id);
create index approvals_chain on approvals (approval_chain_id);
create index approvals_current_approver on approvals (current_approver_id);
create index approvals_requested_by on approvals (requested_by);
create index approvals_escalated_from on approvals (escalated_from);
create index approvals_delegated_from on approvals (delegated_from);

create table approval_delegations (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  delegator_id uuid not null,
  delegate_id uuid not null,
  start_date date not null,
  end_date date not null,
  reason text check (char_length(reason) <= 2000),
  approval_types text[] not null default '{}',
  include_new_approvals boolean not null default true,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  constraint approval_delegations_dates_check check (end_date >= start_date),
  constraint approval_delegations_people_check check (delegator_id <> delegate_id),
  foreign key (organization_id, delegator_id) references users (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, delegate_id) references users (organization_id, id) on delete cascade deferrable
);
comment on table approval_delegations is 'One row hands a person''s approvals to somebody else for some days.';
comment on column approval_delegations.approval_types is 'The kinds of approval handed over; an empty list means all.';
create index approval_delegations_sync on approval_delegations (organization_id, sync_xid);
create index approval_delegations_delegator on approval_delegations (delegator_id);
create index approval_delegations_delegate on approval_delegations (delegate_id);

create table approval_history (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  approval_id uuid not null,
  action text not null check (action in ('requested', 'viewed', 'commented', 'approved', 'rejected', 'delegated',
    'escalated', 'expired', 'cancelled', 'auto_approved', 'reminded', 'reopened')),
  old_status text check (char_length(old_status) <= 100),
  new_status text check (char_length(new_status) <= 100),
  performed_by uuid,
  performed_at timestamptz not null default now(),
  comments text check (char_length(comments) <= 20000),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, approval_id) references approvals (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, performed_by) references users (organization_id, id) deferrable
);
comment on table approval_history is 'One row is something that happened to an approval; rows are only ever added.';
create index approval_history_sync on approval_history (organization_id, sync_xid);
create index approval_history_approval on approval_history (approval_id, performed_at);

create table approval_attachments (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  approval_id uuid not null,
  document_id uuid,
  file_name text not null check (btrim(file_name) <> '' and char_length(file_name) <= 500),
  file_path text check (char_length(file_path) <= 2000),
  file_size bigint check (file_size >= 0),
  mime_type text check (char_length(mime_type) <= 255),
  description text check (char_length(description) <= 20000),
  uploaded_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, approval_id) references approvals (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, document_id) references documents (organization_id, id)
    on delete set null (document_id) deferrable,
  foreign key (organization_id, uploaded_by) references users (organization_id, id)
    on delete set null (uploaded_by) deferrable
);
comment on table approval_attachments is 'One row is a file that belongs to a request for approval.';
create index approval_attachments_sync on approval_attachments (organization_id, sync_xid);
create index approval_attachments_approval on approval_attachments (approval_id);
create index approval_attachments_document on approval_attachments (document_id);

create table approval_notifications (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  approval_id uuid not null,
  recipient_id uuid not null,
  notification_type text not null check (notification_type in ('request', 'reminder', 'decision', 'escalation',
    'delegation', 'expiry', 'cancellation')),
  delivery_method text not null default 'in_app' check (delivery_method in ('in_app', 'desktop', 'email')),
  status text not null default 'pending' check (status in ('pending', 'sent', 'delivered', 'read', 'failed')),
  message text check (char_length(message) <= 20000),
  scheduled_for timestamptz,
  sent_at timestamptz,
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, approval_id) references approvals (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, recipient_id) references users (organization_id, id) on delete cascade deferrable
);
comment on table approval_notifications is 'One row tells one person about an approval, by one way of delivery.';
create index approval_notifications_sync on approval_notifications (organization_id, sync_xid);
create index approval_notifications_approval on approval_notifications (approval_id);
create index approval_notifications_recipient on approval_notifications (recipient_id, status);

-- Messages, notifications and the audit log ------------------------------------------------------------------------

create table messages (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  project_id uuid,
  sender_id uuid not null,
  recipient_id uuid,
  subject text check (char_length(subject) <= 500),
  content text not null check (btrim(content) <> '' and char_length(content) <= 20000),
  message_type text not null default 'message'
    check (message_type ~ '^[a-z][a-z0-9_]*$' and char_length(message_type) <= 100),
  priority text not null default 'normal' check (priority in ('low', 'medium', 'normal', 'high', 'urgent', 'critical')),
  status text not null default 'sent' check (status in ('draft', 'sent', 'delivered', 'unread', 'read', 'archived')),
  thread_id uuid,
  parent_message_id uuid check (parent_message_id <> id),
  attachments jsonb not null default '[]',
  metadata jsonb not null default '{}',
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  unique (organization_id, id),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade deferrable,
  foreign key (organization_id, sender_id) references users (organization_id, id) deferrable,
  foreign key (organization_id, recipient_id) references users (organization_id, id) deferrable,
  foreign key (organization_id, thread_id) references messages (organization_id, id)
    on delete set null (thread_id) deferrable,
  foreign key (organization_id, parent_message_id) references messages (organization_id, id)
    on delete set null (parent_message_id) deferrable
);
comment on table messages is 'One row is a message to a person or, without a recipient, to everybody on the project.';
comment on column messages.thread_id is 'The message that opened the thread; null on that message itself.';
create index messages_sync on messages (organization_id, sync_xid);
create index messages_project on messages (project_id, created_at);
create index messages_sender on messages (sender_id);
create index messages_recipient on messages (recipient_id, status);
create index messages_thread on messages (thread_id);
create index messages_parent on messages (parent_message_id);

create table notifications (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  user_id uuid not null,
  title text not null check (btrim(title) <> '' and char_length(title) <= 500),
  message text check (char_length(message) <= 20000),
  type text not null default 'info' check (type ~ '^[a-z][a-z0-9_]*$' and char_length(type) <= 100),
  priority text not null default 'normal' check (priority in ('low', 'medium', 'normal', 'high', 'urgent', 'critical')),
  status text not null default 'unread' check (status in ('unread', 'read', 'dismissed', 'archived')),
  action_url text check (char_length(action_url) <= 2000),
  related_entity_type text check (char_length(related_entity_type) <= 100),
  related_entity_id uuid,
  metadata jsonb not null default '{}',
  expires_at timestamptz,
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, user_id) references users (organization_id, id) on delete cascade deferrable
);
comment on table notifications is 'One row tells one person that something happened that concerns them.';
create index notifications_sync on notifications (organization_id, sync_xid);
create index notifications_user on notifications (user_id, status, created_at);

-- entity_id and project_id are no references: the log outlives what it tells of.
create table activity_log (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations (id) deferrable,
  user_id uuid,
  entity_type text not null check (btrim(entity_type) <> '' and char_length(entity_type) <= 100),
  entity_id uuid,
  project_id uuid,
  action text not null check (btrim(action) <> '' and char_length(action) <= 100),
  description text check (char_length(description) <= 20000),
  old_values jsonb,
  new_values jsonb,
  metadata jsonb not null default '{}',
  ip_address text check (char_length(ip_address) <= 64),
  user_agent text check (char_length(user_agent) <= 1000),
  device_id uuid,
  client_time timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  sync_xid xid8 not null default pg_current_xact_id(),
  foreign key (organization_id, user_id) references users (organization_id, id) deferrable
);
comment on table activity_log is 'One row is one thing that somebody did, with the values before and after; rows are only ever added.';
comment on column activity_log.client_time is 'What the desktop''s clock said; shown beside created_at, never compared with it.';
create index activity_log_sync on activity_log (organization_id, sync_xid);
create index activity_log_created_at on activity_log (organization_id, created_at);
create index activity_log_project on activity_log (project_id, created_at);
create index activity_log_entity on activity_log (entity_id, created_at);
create index activity_log_user on activity_log (user_id, created_at);
