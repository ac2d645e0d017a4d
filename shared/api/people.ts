import { z } from 'zod';
import { roles, type Role } from '../domain/roles.ts';
import type { ErrorCode, ErrorDetails } from '../errors.ts';
import { operation } from './operation.ts';
import type { RecordRef } from './sync.ts';
import { text } from './text.ts';

export const personStatuses = ['active', 'inactive', 'pending', 'suspended'] as const;
export type PersonStatus = (typeof personStatuses)[number];

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  status: PersonStatus;
  department: string | null;
  phone: string | null;
  employee_id: string | null;
  direct_manager_id: string | null;
  direct_manager_name: string | null;
  /** The company of somebody outside. */
  contact_id: string | null;
  contact_name: string | null;
  last_login_at: string | null;
}

export interface CompanyChoice {
  id: string;
  company_name: string;
  /** The role of people who belong to it. */
  type: 'supplier' | 'customer';
}

export interface DeviceRow {
  id: string;
  name: string;
  platform: string | null;
  app_version: string | null;
  last_seen_at: string;
  last_sync_at: string | null;
  revoked_at: string | null;
  connected: boolean;
  /** The machine that asks. */
  own: boolean;
}

/** What only the centre knows of a person. */
export interface PersonAccess {
  /** False for somebody who has never been given a password. */
  can_sign_in: boolean;
  /** A one-time password waits to be replaced. */
  must_change_password: boolean;
  valid_until: string | null;
  devices: DeviceRow[];
}

/** Sessions that a change ended; null where the centre's owner may end none, so that they go on until they ask again. */
export interface Settled {
  sessions_ended: number | null;
}

/** What the push answered to a change that an administrator applied. */
export interface ApplyResult {
  status: 'applied' | 'merged' | 'refused' | 'skipped';
  code: ErrorCode | null;
  details: ErrorDetails;
}

/** A change that somebody had not sent when they, or their machine, were shut out. */
export interface HandedInChange extends RecordRef {
  id: string;
  person_name: string | null;
  device_name: string | null;
  op: 'insert' | 'update' | 'delete';
  columns: { name: string; before: unknown; after: unknown }[];
  created_at: string;
  handed_in_at: string;
  /** What the last attempt to apply it ended with. */
  last_result: ApplyResult | null;
}

const optionalText = (max: number) => text(max).nullable();

/** What an administrator writes of a person; the centre holds it to the rules (db/central/0017_people.sql). */
export const personFacts = z.strictObject({
  name: text(200).pipe(z.string().min(1)),
  email: text(320).pipe(z.email()),
  role: z.enum(roles),
  department: optionalText(200).default(null),
  phone: optionalText(50).default(null),
  employee_id: optionalText(100).default(null),
  direct_manager_id: z.uuid().nullable().default(null),
  contact_id: z.uuid().nullable().default(null),
});

export type PersonFacts = z.input<typeof personFacts>;

/** Without defaults: what a patch does not name stays. */
export const personPatch = z
  .strictObject({
    ...personFacts.shape,
    department: optionalText(200),
    phone: optionalText(50),
    employee_id: optionalText(100),
    direct_manager_id: z.uuid().nullable(),
    contact_id: z.uuid().nullable(),
  })
  .partial();

export type PersonPatch = z.input<typeof personPatch>;

const byId = z.strictObject({ id: z.uuid() });

/** For administrators; all but the list need the centre and fail with SERVER_UNREACHABLE without it. */
export const peopleApi = {
  /** The people of the organization, from the replica, by name. */
  'people.list': operation<{ people: PersonRow[]; companies: CompanyChoice[] }>()(z.void()),
  'people.access': operation<PersonAccess>()(byId),
  /** The password is in this answer and nowhere else. */
  'people.invite': operation<{ id: string; one_time_password: string }>()(personFacts),
  'people.change': operation<Settled>()(z.strictObject({ id: z.uuid(), patch: personPatch })),
  'people.setStatus': operation<Settled>()(z.strictObject({ id: z.uuid(), status: z.enum(['active', 'inactive']) })),
  'people.resetPassword': operation<Settled & { one_time_password: string }>()(byId),
  'people.revokeDevice': operation<Settled>()(byId),
  'people.readmitDevice': operation<null>()(byId),
  'people.handedIn': operation<HandedInChange[]>()(z.void()),
  'people.applyHandedIn': operation<ApplyResult>()(byId),
  'people.discardHandedIn': operation<null>()(byId),
};
