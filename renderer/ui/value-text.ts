import { useTranslation } from 'react-i18next';
import { priorityLevels } from '../../shared/api/projects.ts';
import { roles } from '../../shared/domain/roles.ts';
import { securitySettingsOf } from '../../shared/domain/security-settings.ts';
import { formatTimestamp } from '../../shared/domain/timestamps.ts';
import { progressStatuses, projectStatuses } from '../../shared/domain/workflow.ts';
import { texts, type Texts } from '../app/i18n.ts';
import type { Formatter } from './format.ts';
import { useFormat } from './use-format.ts';

type NamedColumn = keyof Texts['values']['column'];

const isNamed = (column: string): column is NamedColumn => Object.hasOwn(texts().values.column, column);

const oneOf =
  <Value extends string>(values: readonly Value[]) =>
  (value: unknown): value is Value =>
    (values as readonly unknown[]).includes(value);

const isPriority = oneOf(priorityLevels);
const isProjectStatus = oneOf(projectStatuses);
const isProgressStatus = oneOf(progressStatuses);
const isRole = oneOf(roles);

/** Columns whose values are roles, one or several. */
const roleColumns = new Set(['role', 'responsible_roles', 'approval_roles', 'current_approver_role']);

const moneyColumns = new Set(['estimated_value', 'total_amount', 'amount', 'unit_price', 'standard_cost', 'credit_limit']);
const AMOUNT = /^-?\d+(\.\d+)?$/;
/** In the values of an activity an amount is a number of JSON, elsewhere the centre's text. */
const isAmount = (value: unknown): value is string | number =>
  (typeof value === 'string' || typeof value === 'number') && AMOUNT.test(String(value));

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00$/;
/** As a timestamp stands in JSON, e.g. in the values of an activity. */
const JSON_TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** A column in a person's words; one without words keeps its own name. */
export function useColumnName(): (column: string) => string {
  const { t } = useTranslation();
  return (column) => (isNamed(column) ? t(`values.column.${column}`) : column);
}

interface ValueContext {
  /** The table of the column, where columns of one name differ in what their values mean. */
  table?: string;
  /** The names behind ids, e.g. of stages. */
  names?: ReadonlyMap<string, string>;
  /** For amounts. */
  currency?: string | null;
}

/** Any value of a column in words. */
export function useValueText(): (column: string, value: unknown, context?: ValueContext) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const rulesText = (settings: unknown): string => {
    const rules = securitySettingsOf(settings);
    return format.list([
      `${t('security.offlineDays')}: ${format.number(rules.offline_days)}`,
      `${t('security.lockAfter')}: ${format.number(rules.lock_after_minutes)}`,
      `${t('security.quickUnlock')}: ${t(rules.quick_unlock ? 'app.value.yes' : 'app.value.no')}`,
      `${t('security.withoutKeyring')}: ${t(`security.withoutKeyrings.${rules.without_keyring}`)}`,
    ]);
  };
  return function text(column, value, context = {}): string {
    const { table, names, currency } = context;
    if (value === null || value === undefined || value === '') return t('app.value.none');
    if (typeof value === 'boolean') return t(value ? 'app.value.yes' : 'app.value.no');
    if (roleColumns.has(column) && isRole(value)) return t(`values.role.${value}`);
    if (column === 'priority_level' && isPriority(value)) return t(`values.priority.${value}`);
    if (column === 'status' && table !== 'project_sub_stage_progress' && isProjectStatus(value)) return t(`values.status.${value}`);
    if (column === 'status' && isProgressStatus(value)) return t(`values.progress.${value}`);
    if (column === 'settings' && table === 'organizations') return rulesText(value);
    if (currency && moneyColumns.has(column) && isAmount(value)) return format.money(String(value), currency);
    if (typeof value === 'string') return names?.get(value) ?? textValue(value, format);
    if (typeof value === 'number') return format.number(value);
    if (Array.isArray(value)) return value.map((item) => text(column, item, context)).join(', ');
    return JSON.stringify(value);
  };
}

function textValue(value: string, format: Formatter): string {
  if (DATE.test(value)) return format.date(value);
  if (TIMESTAMP.test(value)) return format.dateTime(value);
  if (JSON_TIMESTAMP.test(value)) return format.dateTime(formatTimestamp(new Date(value)));
  return value;
}
