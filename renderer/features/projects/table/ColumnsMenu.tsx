import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { listColumns } from '../../../../shared/api/lists.ts';
import { useSession } from '../../../app/app-store.ts';
import { moveColumn, showColumn, useProjectList, usualLayout } from '../filters.ts';
import { columnLabels, columnsFor } from './columns.tsx';
import classes from './Menus.module.css';

/** Which columns are shown, and in which order. */
export function ColumnsMenu() {
  const { t } = useTranslation();
  const { person } = useSession();
  const chosen = useProjectList((state) => state.columns);
  const columns = columnsFor(person.role, chosen);
  const hidden = columnsFor(person.role, listColumns).filter((column) => !columns.includes(column));
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns size={16} aria-hidden />}>
          {t('lists.columns.label')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('lists.columns.label')}>
        <ul className={classes['columns']}>
          {[...columns, ...hidden].map((column) => {
            const index = columns.indexOf(column);
            const label = t(columnLabels[column]);
            return (
              <li key={column} className={classes['column']}>
                <Checkbox
                  label={label}
                  checked={index >= 0}
                  disabled={column === 'project_id'}
                  onChange={(event) => showColumn(column, event.currentTarget.checked)}
                />
                <span className={classes['gap']} />
                <ActionIcon aria-label={t('lists.columns.earlier', { column: label })} disabled={index < 2} onClick={() => moveColumn(column, -1)}>
                  <IconArrowUp size={16} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  aria-label={t('lists.columns.later', { column: label })}
                  disabled={index < 1 || index === columns.length - 1}
                  onClick={() => moveColumn(column, 1)}
                >
                  <IconArrowDown size={16} aria-hidden />
                </ActionIcon>
              </li>
            );
          })}
        </ul>
        <Button variant="subtle" onClick={() => useProjectList.setState({ columns: usualLayout.columns, widths: {} })}>
          {t('lists.columns.reset')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
