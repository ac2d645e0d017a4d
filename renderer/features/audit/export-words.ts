import type { TFunction } from 'i18next';
import { exportColumns, type ExportColumn, type ExportWords } from '../../../shared/api/audit.ts';
import { texts } from '../../app/i18n.ts';
import { namedAction } from '../../ui/action-name.ts';
import { firstUpper } from './first-upper.ts';

/** The words of an export in the language of the screen: the worker that writes it knows none. */
export function exportWords(t: TFunction, actions: readonly string[]): ExportWords {
  const words = texts();
  const { status, progress, priority, role, column, intake } = words.values;
  const headings: Record<ExportColumn, string> = {
    server_time: t('audit.table.serverTime'),
    client_time: t('audit.table.clientTime'),
    person: t('audit.table.person'),
    device: t('audit.table.device'),
    kind: t('audit.table.kind'),
    record: t('audit.table.record'),
    project: t('audit.filters.project'),
    action: t('audit.table.action'),
    before: t('audit.details.before'),
    after: t('audit.details.after'),
    note: t('audit.details.note'),
    id: t('audit.details.number'),
  };
  return {
    sheet: t('audit.export.sheet'),
    headings: Object.fromEntries(exportColumns.map((name) => [name, headings[name]])) as ExportWords['headings'],
    kinds: Object.fromEntries(Object.entries(words.session.tables).map(([table, name]) => [table, firstUpper(name)])),
    actions: Object.fromEntries(
      actions.flatMap((action) => {
        const named = namedAction(action);
        return named ? [[action, t(`values.action.${named}`)]] : [];
      }),
    ),
    columns: column,
    values: {
      status: { ...progress, ...status },
      priority_level: priority,
      intake_type: intake,
      role,
      responsible_roles: role,
      approval_roles: role,
      current_approver_role: role,
    },
    system: t('audit.system'),
    yes: t('app.value.yes'),
    no: t('app.value.no'),
  };
}
