import type { WaitingChange } from '../../../shared/api/sync.ts';
import { useColumnName, useValueText } from '../../ui/value-text.ts';
import classes from './ChangedValues.module.css';

type Change = Pick<WaitingChange, 'table_name' | 'op' | 'columns'>;

/** What a change sets, and of an edit what it was before. */
export function ChangedValues({ change: { table_name: table, op, columns } }: { change: Change }) {
  const columnName = useColumnName();
  const valueText = useValueText();
  return (
    <dl className={classes['values']}>
      {columns.map(({ name, before, after }) => (
        <div key={name}>
          <dt>{columnName(name)}</dt>
          <dd>
            {op === 'update' && (
              <>
                <span className={classes['old']}>{valueText(name, before, { table })}</span>
                <span aria-hidden> → </span>
              </>
            )}
            <span>{valueText(name, after, { table })}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
