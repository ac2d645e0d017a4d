import type { Input } from '../../../shared/api/index.ts';
import { nextDate } from '../../../shared/domain/zoned-time.ts';

export type AuditQuestion = Omit<Input<'audit.list'>, 'before' | 'limit'>;

/** Periods that end now, by the days that they go back; today alone is none. */
export const periods = { today: 0, week: 6, month: 29, year: 364 } as const;
export type Period = keyof typeof periods;

/** Names of the filters in the window's address, so that the way back leads through them. */
export const filterNames = ['period', 'from', 'to', 'person', 'kind', 'action', 'project', 'q'] as const;
export type FilterName = (typeof filterNames)[number];

export type AuditFilters = Readonly<Record<FilterName, string | null>>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

const isDate = (text: string): boolean => DATE.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
const anyText = (most: number) => (text: string): boolean => text.length <= most;

const acceptable: Readonly<Record<FilterName, (text: string) => boolean>> = {
  period: (text) => Object.hasOwn(periods, text),
  from: isDate,
  to: isDate,
  person: (text) => UUID.test(text),
  kind: anyText(100),
  action: anyText(200),
  project: (text) => UUID.test(text),
  q: anyText(200),
};

export const isPeriod = (text: string | null): text is Period => text !== null && acceptable.period(text);

/** The filters of an address; what makes no sense there asks for nothing. */
export function readFilters(address: URLSearchParams): AuditFilters {
  const read = (name: FilterName): string | null => {
    const text = address.get(name);
    return text !== null && text !== '' && acceptable[name](text) ? text : null;
  };
  return Object.fromEntries(filterNames.map((name) => [name, read(name)])) as Record<FilterName, string | null>;
}

/** The address with some filters changed; a period and chosen days exclude each other. */
export function withFilters(address: URLSearchParams, changed: Partial<Record<FilterName, string | null>>): URLSearchParams {
  const next = new URLSearchParams(address);
  if (changed.period) for (const name of ['from', 'to']) next.delete(name);
  if (changed.from ?? changed.to) next.delete('period');
  for (const [name, value] of Object.entries(changed)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}

const DAY_MS = 86_400_000;

const daysBefore = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);

/** What the filters ask for; periods count from `today`, a date in the organization's zone. */
export function questionOf(filters: AuditFilters, today: string): AuditQuestion {
  const { period } = filters;
  return {
    from: isPeriod(period) ? daysBefore(today, periods[period]) : filters.from,
    to: isPeriod(period) ? null : filters.to,
    user_id: filters.person,
    entity_type: filters.kind,
    action: filters.action,
    project_id: filters.project,
    search: filters.q ?? '',
  };
}

export const isFiltered = (filters: AuditFilters): boolean => filterNames.some((name) => filters[name] !== null);

/** How much of the time in question has been looked at, from 0 to 1; null where nothing tells. */
export function searchedShare(question: AuditQuestion, span: { newest: string; oldest: string }, reached: string): number | null {
  const time = (text: string): number => Date.parse(text.replace(' ', 'T').replace('+00', 'Z'));
  const day = (date: string): number => Date.parse(`${date}T00:00:00Z`);
  const start = Math.min(time(span.newest), question.to ? day(nextDate(question.to)) : Infinity);
  const end = Math.max(time(span.oldest), question.from ? day(question.from) : -Infinity);
  if (!(start > end)) return null;
  return Math.min(1, Math.max(0, (start - time(reached)) / (start - end)));
}

/** A share as the length of a bar in percent; one that has hardly begun is still to be seen. */
export const barOf = (share: number): number => Math.max(2, share * 100);
