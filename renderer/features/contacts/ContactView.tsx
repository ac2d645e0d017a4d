import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconArrowMerge } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { COMPANY_NAME_LENGTH, contactTexts, type ContactPage } from '../../../shared/api/contacts.ts';
import { useReadOnly } from '../../app/app-store.ts';
import { call } from '../../app/bridge.ts';
import { paths } from '../../app/paths.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import { EditableText } from '../projects/page/edit/EditableText.tsx';
import { Panel } from '../projects/page/Panel.tsx';
import { RecordHistory } from '../projects/page/RecordHistory.tsx';
import { RefusedMark } from '../projects/page/edit/FieldNote.tsx';
import { ContactFacts } from './ContactFacts.tsx';
import classes from './Contacts.module.css';
import { DuplicatesPanel } from './DuplicatesPanel.tsx';
import { MergeDialog } from './MergeDialog.tsx';
import { RelatedPanel } from './RelatedPanel.tsx';
import { useContactFact } from './use-contact-fact.ts';

/** One company: what is known of it, what it does with us, and what was done to its record. */
export function ContactView({ page }: { page: ContactPage }) {
  const { t } = useTranslation();
  const { contact } = page;
  const readOnly = useReadOnly();
  const name = useContactFact(page, 'company_name');
  const notes = useContactFact(page, 'notes');
  /** With whom it is to be merged; an empty text where that is still to be chosen. */
  const [merging, setMerging] = useState<string | null>(null);
  const refusedWhole = page.attention.filter(({ columns, op }) => op === 'insert' || columns.every(({ name: column }) => column === 'merged_into_id'));
  const reason = page.merged_into || readOnly ? null : t('contacts.readOnly', { type: t(`contacts.type.${contact.type}`) });

  return (
    <>
      <header className={classes['pageHead']}>
        <Tooltip label={t('contacts.back')}>
          <ActionIcon component={Link} to={paths.contacts} size="lg" aria-label={t('contacts.back')}>
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <div className={classes['heading']}>
          <p className={classes['meta']}>
            {t(`contacts.type.${contact.type}`)}
            {!contact.is_active && <span className={classes['mark']}>{t('contacts.inactive')}</span>}
          </p>
          <h1 className={classes['pageTitle']} aria-label={contact.company_name}>
            <EditableText fact={name} label={t('values.column.company_name')} maxLength={COMPANY_NAME_LENGTH} required />
          </h1>
        </div>
        {page.may_edit && (
          <div className={classes['headActions']}>
            <Button variant="default" leftSection={<IconArrowMerge size={16} aria-hidden />} onClick={() => setMerging('')}>
              {t('contacts.merge.open')}
            </Button>
            <UseSwitch page={page} />
          </div>
        )}
      </header>
      <div className={classes['pageScroller']} role="region" aria-label={contact.company_name} tabIndex={0}>
        {page.merged_into && (
          <p className={classes['note']}>
            {t('contacts.mergedInto')} <Link to={paths.contact(page.merged_into.id)}>{page.merged_into.company_name}</Link>
          </p>
        )}
        {!page.may_edit && reason && <p className={classes['note']}>{reason}</p>}
        {refusedWhole.map((item) => (
          <p key={item.id} className={classes['note']}>
            <RefusedMark item={item} />
          </p>
        ))}
        <div className={classes['columns']}>
          <div className={classes['column']}>
            <ContactFacts page={page} />
            <Panel heading={t('values.column.notes')}>
              <EditableText fact={notes} label={t('values.column.notes')} maxLength={contactTexts.notes} multiline />
            </Panel>
            <RecordHistory heading={t('contacts.history')} empty={t('contacts.noHistory')} activity={page.activity} />
          </div>
          <div className={classes['column']}>
            {page.may_edit && <DuplicatesPanel page={page} merge={setMerging} />}
            <RelatedPanel heading={t('contacts.projects')} list={page.projects} empty={t('contacts.noProjects')} linkOf={({ id }) => paths.project(id)} />
            {(contact.type !== 'customer' || page.requests.total > 0) && (
              <RelatedPanel heading={t('contacts.requests')} list={page.requests} empty={t('contacts.noRequests')} />
            )}
            {(contact.type !== 'customer' || page.orders.total > 0) && (
              <RelatedPanel heading={t('contacts.orders')} list={page.orders} empty={t('contacts.noOrders')} />
            )}
            {page.people.length > 0 && (
              <Panel heading={t('contacts.people')}>
                <ul className={classes['plain']}>
                  {page.people.map(({ id, name: person, email }) => (
                    <li key={id}>
                      {person} <span className={classes['muted']}>{email}</span>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
          </div>
        </div>
      </div>
      {merging !== null && <MergeDialog contact={contact} other={merging === '' ? null : merging} close={() => setMerging(null)} />}
    </>
  );
}

function UseSwitch({ page: { contact } }: { page: ContactPage }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const change = useMutation({
    mutationFn: () => call('contacts.update', { id: contact.id, patch: { is_active: !contact.is_active } }),
    onSuccess: () => notifyDone(t(contact.is_active ? 'contacts.deactivated' : 'contacts.activated', { name: contact.company_name })),
    onError: (error) => notifyFailure(t('contacts.notSaved'), errorText(error)),
  });
  return (
    <Button variant="default" loading={change.isPending} onClick={() => change.mutate()}>
      {t(contact.is_active ? 'contacts.deactivate' : 'contacts.activate')}
    </Button>
  );
}
