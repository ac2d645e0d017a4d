import type { contactColumns } from '../api/contacts.ts';
import { foldText } from './fold-text.ts';

export type ContactColumn = (typeof contactColumns)[number];

/** How columns are headed in the lists that companies keep, folded and without signs. */
const headings: Readonly<Record<ContactColumn, readonly string[]>> = {
  company_name: ['ten cong ty', 'cong ty', 'ten doi tac', 'ten khach hang', 'khach hang', 'ten nha cung cap', 'nha cung cap', 'ten don vi', 'don vi', 'ten', 'doi tac', 'company', 'company name', 'name', 'customer', 'customer name', 'supplier', 'supplier name', 'vendor', 'vendor name', 'organization'],
  type: ['loai', 'loai doi tac', 'phan loai', 'type', 'kind', 'category', 'contact type'],
  contact_name: ['nguoi lien he', 'lien he', 'ho ten', 'nguoi dai dien', 'dai dien', 'contact', 'contact name', 'contact person', 'person', 'attention'],
  email: ['email', 'e mail', 'thu dien tu', 'mail', 'email address'],
  phone: ['dien thoai', 'so dien thoai', 'sdt', 'dt', 'di dong', 'tel', 'phone', 'phone number', 'telephone', 'mobile', 'hotline'],
  tax_id: ['ma so thue', 'mst', 'ma thue', 'tax id', 'tax code', 'tax number', 'vat', 'vat number', 'vat no', 'tin'],
  address: ['dia chi', 'address', 'street', 'street address'],
  city: ['thanh pho', 'tp', 'tinh thanh pho', 'tinh thanh', 'city', 'town'],
  state: ['tinh', 'bang', 'state', 'province', 'state or province', 'region'],
  country: ['quoc gia', 'nuoc', 'country'],
  postal_code: ['ma buu dien', 'ma buu chinh', 'postal code', 'postcode', 'zip', 'zip code'],
  website: ['website', 'trang web', 'web', 'url'],
  payment_terms: ['dieu khoan thanh toan', 'thanh toan', 'payment terms', 'terms', 'payment'],
  credit_limit: ['han muc tin dung', 'han muc', 'han muc no', 'credit limit', 'credit'],
  currency: ['tien te', 'loai tien', 'don vi tien te', 'currency'],
  notes: ['ghi chu', 'dien giai', 'notes', 'note', 'remarks', 'comment', 'comments'],
};

const byHeading = new Map(
  Object.entries(headings).flatMap(([column, names]) => names.map((name) => [name, column as ContactColumn] as const)),
);

/** A heading as it is compared and remembered. */
export const headingKey = (heading: string): string =>
  foldText(heading)
    .replace(/\([^)]*\)/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

export const columnOfHeading = (heading: string): ContactColumn | null => byHeading.get(headingKey(heading)) ?? null;

/** Which column stands under each heading, as far as headings tell; each column once. */
export function guessMapping(given: readonly string[], remembered: Readonly<Record<string, string>>): (ContactColumn | null)[] {
  const used = new Set<ContactColumn>();
  return given.map((heading) => {
    const key = headingKey(heading);
    const known = Object.hasOwn(remembered, key) ? Object.keys(headings).find((column) => column === remembered[key]) : byHeading.get(key);
    const column = (known ?? null) as ContactColumn | null;
    if (column === null || used.has(column)) return null;
    used.add(column);
    return column;
  });
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  customer: ['customer', 'khach hang', 'kh', 'client', 'buyer'],
  supplier: ['supplier', 'nha cung cap', 'ncc', 'vendor', 'nha thau phu', 'subcontractor'],
  partner: ['partner', 'doi tac', 'doi tac khac'],
  internal: ['internal', 'noi bo'],
};

/** The kind of contact that a cell names; null where it names none. */
export const kindOf = (written: string): string | null =>
  Object.keys(kinds).find((kind) => kinds[kind]?.includes(headingKey(written))) ?? null;
