import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AttentionItem } from '../../../shared/api/sync.ts';
import { progressStatuses, type Missing, type ProgressStatus } from '../../../shared/domain/workflow.ts';
import { isErrorCode } from '../../../shared/errors.ts';
import { texts } from '../../app/i18n.ts';
import { useColumnName, useValueText } from '../../ui/value-text.ts';
import { missingText } from '../projects/moves/missing-text.ts';
import { useTableName } from '../session/table-name.ts';

export interface RefusalWords {
  t: TFunction;
  columnName: (column: string) => string;
  tableName: (table: string) => string;
  valueText: (column: string, value: unknown) => string;
}

type Refusal = Pick<AttentionItem, 'code' | 'details' | 'columns'>;

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** What PostgreSQL's codes for refused values say, by code or by its class. */
const valueKinds = [
  ['23502', 'missing'],
  ['23505', 'duplicate'],
  ['23503', 'reference'],
  ['23', 'rule'],
  ['22001', 'tooLong'],
  ['22', 'format'],
] as const;

/** Why the centre refused a change, in sentences: the reason first, then what it is about. */
export function refusalText(words: RefusalWords, { code, details, columns }: Refusal): string[] {
  const { t, columnName, tableName, valueText } = words;
  const general = t(`errors.${code}`);
  const column = textOf(details['column']);
  switch (code) {
    case 'MOVE_BLOCKED':
      return [general, ...missingOf(details['missing']).map((missing) => missingText(t, missing))];
    case 'STRICT_CONFLICT':
      if (column === null) return [general];
      // A stage is only ever changed by a move, which is sent again or not; there is no value to keep.
      if (column === 'current_stage_id') return [t('sync.refusal.moved', { stage: valueText(column, details['theirs']) })];
      return [t('sync.refusal.strict', { column: columnName(column), theirs: valueText(column, details['theirs']) })];
    case 'SUB_STAGE_NOT_ALLOWED':
    case 'SUB_STAGE_NOT_CURRENT':
      return [general, ...stepText(t, details)];
    case 'VALUE_REFUSED':
      return [valueReason(words, details['sqlstate'], column ? [column] : columns.map(({ name }) => name)) ?? general];
    case 'COLUMN_NOT_WRITABLE':
      return column === null ? [general] : [general, t('sync.refusal.column', { column: columnName(column) })];
    case 'TABLE_NOT_WRITABLE':
    case 'ROW_NOT_VISIBLE':
    case 'NOT_ALLOWED': {
      const table = textOf(details['table']);
      return table === null ? [general] : [general, t('sync.refusal.table', { table: tableName(table) })];
    }
    case 'DEPENDS_ON_REFUSED':
      return isErrorCode(details['code'])
        ? [general, t('sync.refusal.earlier', { reason: t(`errors.${details['code']}`) })]
        : [general];
    default:
      return [general];
  }
}

const isMissing = (value: unknown): value is Missing =>
  Object.hasOwn(texts().projects.missing, String((value as Partial<Missing> | null)?.code));

const missingOf = (value: unknown): Missing[] => (Array.isArray(value) ? value.filter(isMissing) : []);

const isProgressStatus = (value: unknown): value is ProgressStatus => (progressStatuses as readonly unknown[]).includes(value);

function stepText(t: TFunction, { sub_stage, status }: Refusal['details']): string[] {
  const step = textOf(sub_stage);
  if (step === null) return [];
  if (!isProgressStatus(status)) return [t('sync.refusal.stepOnly', { step })];
  return [t('sync.refusal.step', { step, status: t(`values.progress.${status}`) })];
}

function valueReason({ t, columnName }: RefusalWords, sqlstate: unknown, columns: readonly string[]): string | null {
  const kind = valueKinds.find(([code]) => String(sqlstate).startsWith(code))?.[1];
  return kind ? t(`sync.refusal.value.${kind}`, { column: columns.map(columnName).join(', ') }) : null;
}

export function useRefusalText(): (item: Refusal) => string[] {
  const { t } = useTranslation();
  const words = { t, columnName: useColumnName(), tableName: useTableName(), valueText: useValueText() };
  return (item) => refusalText(words, item);
}
