import { Alert, Button, Radio, Select } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ImportPreview } from '../../../../shared/api/contact-import.ts';
import { contactColumns, type ContactType } from '../../../../shared/api/contacts.ts';
import { useSession } from '../../../app/app-store.ts';
import { call } from '../../../app/bridge.ts';
import { paths } from '../../../app/paths.ts';
import { useErrorText } from '../../../ui/error-text.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { Panel } from '../../projects/page/Panel.tsx';
import { creatableTypes } from '../contact-rights.ts';
import classes from '../Contacts.module.css';
import { ImportOutcome } from './ImportOutcome.tsx';
import { ImportRunning } from './ImportRunning.tsx';

/** Steps two to four: the columns, the dry run, the import. */
export function ImportRun({ preview }: { preview: ImportPreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const types = creatableTypes(useSession().person.role);
  const [mapping, setMapping] = useState(preview.mapping);
  const [type, setType] = useState<ContactType>(types[0] ?? 'customer');
  const [skipBad, setSkipBad] = useState(false);
  const check = useMutation({ mutationFn: () => call('contacts.checkImport', { mapping, type }) });
  const run = useMutation({ mutationFn: () => call('contacts.runImport', { mapping, type, skip_bad: skipBad }) });
  const named = mapping.includes('company_name');
  const checked = check.data;
  const changed = (next: () => void) => {
    next();
    // What was found out was about other columns.
    check.reset();
    run.reset();
  };

  if (run.data) {
    return (
      <>
        <Alert color="petrol" variant="light" icon={<IconCircleCheck />} role="status" mb="md" title={t('contacts.import.done')}>
          {t('contacts.import.doneText', {
            created: format.number(run.data.created),
            changed: format.number(run.data.changed),
            same: format.number(run.data.same),
            bad: format.number(run.data.bad),
          })}{' '}
          <Link to={paths.contacts}>{t('contacts.back')}</Link>
        </Alert>
        <ImportOutcome result={run.data} />
      </>
    );
  }
  const failure = run.error ?? check.error;
  return (
    <div className={classes['column']}>
      <Panel heading={t('contacts.import.columns')}>
        <p className={classes['muted']}>{t('contacts.import.columnsText')}</p>
        <div className={classes['mapping']} role="region" aria-label={t('contacts.import.heading')} tabIndex={0}>
          <table className={classes['table']}>
            <thead>
              <tr>
                <th scope="col">{t('contacts.import.heading')}</th>
                <th scope="col">{t('contacts.import.meaning')}</th>
                <th scope="col">{t('contacts.import.sample')}</th>
              </tr>
            </thead>
            <tbody>
              {preview.headings.map((heading, at) => {
                const name = heading || t('contacts.import.unnamed', { number: at + 1 });
                return (
                  <tr key={at}>
                    <th scope="row">{name}</th>
                    <td>
                      <Select
                        aria-label={t('contacts.import.meaningOf', { heading: name })}
                        placeholder={t('contacts.import.leftOut')}
                        clearable
                        clearButtonProps={{ 'aria-label': t('contacts.import.leaveOut', { heading: name }) }}
                        data={contactColumns.map((column) => ({
                          value: column,
                          label: t(`values.column.${column}`),
                          disabled: mapping.includes(column) && mapping[at] !== column,
                        }))}
                        value={mapping[at] ?? null}
                        onChange={(column) => changed(() => setMapping(mapping.map((one, place) => (place === at ? column : one))))}
                      />
                    </td>
                    <td>{preview.sample.map((row) => row[at]).filter(Boolean).slice(0, 3).join(' · ')}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        <div className={classes['planned']}>
          <Select
            label={t('contacts.import.type')}
            allowDeselect={false}
            data={types.map((value) => ({ value, label: t(`contacts.type.${value}`) }))}
            value={type}
            onChange={(value) => value && changed(() => setType(value))}
          />
          <Button disabled={!named || check.isPending || run.isPending} variant={checked ? 'default' : 'filled'} onClick={() => check.mutate()}>
            {t('contacts.import.check')}
          </Button>
          {!named && <span className={classes['muted']}>{t('errors.IMPORT_NO_NAME')}</span>}
        </div>
      </Panel>
      {failure && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="alert" title={t('contacts.import.failed')}>
          {errorText(failure)}
        </Alert>
      )}
      {(check.isPending || run.isPending) && <ImportRunning />}
      {checked && !run.isPending && (
        <>
          <ImportOutcome result={checked} dry />
          <Panel heading={t('contacts.import.run')}>
            {checked.bad > 0 && (
              <Radio.Group
                label={t('contacts.import.badRows', { count: checked.bad })}
                value={skipBad ? 'skip' : 'all'}
                onChange={(value) => setSkipBad(value === 'skip')}
              >
                <div className={classes['choices']}>
                  <Radio value="all" label={t('contacts.import.all')} />
                  <Radio value="skip" label={t('contacts.import.skip')} />
                </div>
              </Radio.Group>
            )}
            <Button
              mt="sm"
              disabled={checked.created + checked.changed === 0 || (checked.bad > 0 && !skipBad)}
              onClick={() => run.mutate()}
            >
              {t('contacts.import.submit', { count: checked.created + checked.changed, total: format.number(checked.created + checked.changed) })}
            </Button>
          </Panel>
        </>
      )}
    </div>
  );
}
