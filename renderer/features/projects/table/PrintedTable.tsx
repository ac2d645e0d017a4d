import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../app/app-store.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { notifyFailure } from '../../../ui/notify.tsx';
import { useFormat } from '../../../ui/use-format.ts';
import { prepareBeforePrint, type Preparation } from '../../print/print-page.ts';
import { useProjectList } from '../filters.ts';
import { cells, columnFacts, columnLabels, columnsFor } from './columns.tsx';
import { useGroupName } from './group-name.ts';
import { countPrinted, MOST_PRINTED, readPrinted, type PrintedSection } from './printed-rows.ts';
import classes from './PrintedTable.module.css';
import { groupKey, type Section } from './row-layout.ts';
import type { ListQuestion } from './use-list-rows.ts';

interface Props {
  question: ListQuestion;
  sections: readonly Section[];
}

/** The style sheets know by it what is for paper. */
function markPage(printing: boolean): void {
  if (printing) document.body.dataset['printing'] = 'table';
  else delete document.body.dataset['printing'];
}

/** The table as it stands on paper: all rows, with the headings of its columns above those of each sheet. */
export function PrintedTable({ question, sections }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const [printed, setPrinted] = useState<PrintedSection[] | null>(null);

  const prepare: Preparation = async () => {
    const count = countPrinted(sections);
    if (count > MOST_PRINTED) {
      notifyFailure(t('lists.print.failed'), t('lists.print.tooMany', { count, rows: format.number(count), most: format.number(MOST_PRINTED) }));
      return null;
    }
    try {
      const read = await readPrinted(question, sections);
      flushSync(() => setPrinted(read));
      markPage(true);
    } catch (error) {
      notifyFailure(t('lists.print.failed'), errorText(error));
      return null;
    }
    return clear;
  };
  const clear = (): void => {
    setPrinted(null);
    markPage(false);
  };
  const latest = useRef(prepare);
  useEffect(() => {
    latest.current = prepare;
  });
  useEffect(() => {
    const leave = prepareBeforePrint(() => latest.current());
    return () => {
      leave();
      // Whoever goes on while the dialog is open prints the next page as that page is.
      markPage(false);
    };
  }, []);

  return printed && <PrintedSections sections={printed} />;
}

function PrintedSections({ sections }: { sections: readonly PrintedSection[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const groupName = useGroupName();
  const { person } = useSession();
  const chosen = useProjectList((state) => state.columns);
  const columns = columnsFor(person.role, chosen);
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" data-numeric={columnFacts[column].numeric}>
              {t(columnLabels[column])}
            </th>
          ))}
        </tr>
      </thead>
      {sections.map(({ group, rows }) => (
        <tbody key={group ? groupKey(group) : 'all'}>
          {group && (
            <tr>
              <th colSpan={columns.length} scope="rowgroup">
                {groupName(group)} · {format.number(group.count)}
              </th>
            </tr>
          )}
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map((column) => {
                const Content = cells[column];
                const { numeric, share } = columnFacts[column];
                return (
                  <td key={column} data-numeric={numeric} data-wraps={share > 0 || undefined}>
                    <Content row={row} />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
